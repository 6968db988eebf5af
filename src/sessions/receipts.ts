/** What platforms report on messages that were sent: kept with the entries, and recorded. */
import { unixNow } from '../clock/unix-now.ts';
import type { Receipt, Watermark } from '../message.ts';
import type { Clock, Recorder, SessionStore } from '../ports.ts';
import { threadKey } from './thread.ts';

export interface ReceiptsParts {
  readonly clock: Clock;
  readonly store: Pick<SessionStore, 'receipt'>;
  readonly recorder: Recorder;
  /** Sends to this end user that are not kept yet: their receipts may come first. */
  readonly sendsUnderWay: (key: string) => Promise<unknown> | undefined;
}

export function createReceipts(parts: ReceiptsParts) {
  const { clock, store, recorder } = parts;
  return async (channelId: string, event: Receipt | Watermark): Promise<void> => {
    const key = threadKey(channelId, event.to);
    const keep = () => clock.hold(store.receipt(key, event, unixNow(clock)));
    let changes = await keep();
    const sending = changes.length === 0 ? parts.sendsUnderWay(key) : undefined;
    if (sending !== undefined) {
      // However it ended: what was not kept has no receipt either.
      await sending.catch(() => {});
      changes = await keep();
    }
    const code = event.kind === 'receipt' ? event.errorCode : undefined;
    for (const { entry, changed } of changes) {
      if (!changed) continue;
      recorder.record({
        type: 'receipt',
        at: clock.now(),
        channel: channelId,
        session: entry.sessionId,
        status: event.status,
        sinceSentMs: unixNow(clock) - entry.atMs,
        ...(code === undefined ? {} : { code }),
      });
    }
  };
}
