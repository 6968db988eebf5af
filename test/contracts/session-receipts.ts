/** What every session store must do with platforms' reports on what was sent. */
import { expect, it } from 'vitest';
import type { ReceiptStatus } from '../../src/message.ts';
import type { WithStore } from './session-store.ts';
import { change, entry, KEY, NOW, receipt, thread } from './threads.ts';

export function receiptsContract(withStore: WithStore): void {
  it(
    'moves receipts forward only, and says whether they told something new',
    withStore(async (store) => {
      const sent = entry('m1', { actor: 'Agent' });
      await store.update(KEY, NOW, () => change({ entries: [entry('m0'), sent] }));
      const report = async (status: ReceiptStatus) => {
        const [answer] = await store.receipt(KEY, receipt('m1', status), NOW + 10);
        return [answer?.changed, answer?.entry.receipt];
      };
      expect(await report('sent')).toEqual([true, 'sent']);
      expect(await report('sent')).toEqual([false, 'sent']);
      expect(await report('read')).toEqual([true, 'read']);
      for (const late of ['sent', 'delivered', 'failed', 'read'] as const) {
        expect(await report(late)).toEqual([false, 'read']);
      }
      expect(await store.entries(KEY, 's1')).toEqual([entry('m0'), { ...sent, receipt: 'read' }]);
      expect(await store.load(KEY, NOW + 10)).toEqual(thread());
    }),
  );

  it(
    'keeps a failure against a late "sent", and a delivery against a failure',
    withStore(async (store) => {
      await store.update(KEY, NOW, () => change({ entries: [entry('m1', { actor: 'System' })] }));
      const report = async (status: ReceiptStatus) =>
        (await store.receipt(KEY, receipt('m1', status), NOW))[0]?.entry.receipt;
      expect(await report('failed')).toBe('failed');
      expect(await report('sent')).toBe('failed');
      expect(await report('delivered')).toBe('delivered');
      expect(await report('failed')).toBe('delivered');
    }),
  );

  it(
    'knows no receipt of what the customer wrote, or nobody sent',
    withStore(async (store) => {
      await store.update(KEY, NOW, () => change({ entries: [entry('m1')] }));
      expect(await store.receipt(KEY, receipt('m1', 'read'), NOW)).toEqual([]);
      expect(await store.receipt(KEY, receipt('m9', 'read'), NOW)).toEqual([]);
    }),
  );

  it(
    'moves all receipts up to a watermark, but not of what failed or was sent later',
    withStore(async (store) => {
      const sent = (id: string, afterMs: number, receipt?: ReceiptStatus) =>
        entry(id, {
          actor: 'Agent',
          sentMs: NOW + afterMs,
          // Kept late: what counts is when it was sent.
          atMs: NOW + 900,
          ...(receipt === undefined ? {} : { receipt }),
        });
      const entries = [sent('m1', 0, 'read'), sent('m2', 10, 'failed'), sent('m3', 20)];
      await store.update(KEY, NOW, () =>
        change({ entries: [...entries, sent('m4', 21), entry('theirs', { sentMs: NOW + 5 })] }),
      );
      const watermark = (status: 'delivered' | 'read') =>
        store.receipt(KEY, { kind: 'watermark', to: 'ada', status, untilMs: NOW + 20 }, NOW + 30);
      const told = async (status: 'delivered' | 'read') =>
        (await watermark(status)).map((one) => [one.entry.id, one.entry.receipt, one.changed]);
      expect(await told('delivered')).toEqual([
        ['m1', 'read', false],
        ['m3', 'delivered', true],
      ]);
      expect(await told('read')).toEqual([
        ['m1', 'read', false],
        ['m3', 'read', true],
      ]);
      const left = await store.entries(KEY, 's1');
      expect(left.map(({ id, receipt }) => [id, receipt])).toEqual([
        ['m1', 'read'],
        ['theirs', undefined],
        ['m2', 'failed'],
        ['m3', 'read'],
        ['m4', undefined],
      ]);
    }),
  );
}
