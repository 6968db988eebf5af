/** A platform's documented limits, as they are for one channel: the org file may set others. */
import type { Channel } from '../org.ts';

export type Limits = Readonly<Record<string, number>>;

/** `defaults`, with what `channel.limits` says instead. */
export function limitsOf<T extends Limits>(
  channel: Pick<Channel, 'limits'>,
  defaults: T,
): { readonly [K in keyof T]: number } {
  return { ...defaults, ...channel.limits };
}
