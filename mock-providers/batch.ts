/**
 * Puts updates that fall within a short time into one webhook, as Meta and LINE may do. Off (each
 * by itself) unless a fault asks for it.
 */
import type { ProviderParts } from './provider.ts';

/** Sends updates, together where batching is on; each caller is told what came of the lot. */
export function createBatcher<T, R>(
  { clock, batchMs }: Pick<ProviderParts, 'clock' | 'batchMs'>,
  send: (updates: readonly T[]) => Promise<R>,
): (update: T) => Promise<R> {
  let waiting: { readonly updates: T[]; readonly sent: Promise<R> } | undefined;
  return (update) => {
    const ms = batchMs();
    if (ms <= 0 && waiting === undefined) return send([update]);
    if (waiting !== undefined) {
      waiting.updates.push(update);
      return waiting.sent;
    }
    const updates = [update];
    const sent = clock.sleep(ms).then(() => {
      waiting = undefined;
      return send(updates);
    });
    waiting = { updates, sent };
    return sent;
  };
}
