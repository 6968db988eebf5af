/**
 * Bring Your Own Channel for CCaaS, spoken by the stack: on this side of the Interaction Service it
 * is Bring Your Own Channel. Who routes is settled between the service and the partner.
 */
import type { ChannelAdapter } from '../../ports.ts';
import { type ByocSettings, createByocAdapter } from '../byoc/adapter.ts';

/** The adapter of one channel. */
export function createByocCcaasAdapter(settings: ByocSettings): ChannelAdapter {
  return createByocAdapter(settings);
}
