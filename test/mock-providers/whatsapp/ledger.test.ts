import { describe, expect, it } from 'vitest';
import { createDeadlines } from '../../../mock-providers/deadlines.ts';
import { createLedger } from '../../../mock-providers/whatsapp/ledger.ts';
import { CUSTOMER } from './world.ts';

const random = (_purpose: string, id: number) => ((id * 7919) % 997) / 997;
const ledgerOf = (draw = random) =>
  createLedger({
    channelId: 'wa',
    random: draw,
    clock: { now: () => 0 } as Parameters<typeof createLedger>[0]['clock'],
    publicUrl: 'http://graph.test',
  });

describe('a message id', () => {
  it('proves itself, and its direction', () => {
    const ledger = ledgerOf();
    const [first, second] = [ledger.issue('in', CUSTOMER), ledger.issue('out', CUSTOMER)];
    expect([first.number, second.number]).toEqual([1, 2]);
    expect([ledger.knows(first.id), ledger.knows(second.id)]).toEqual([true, true]);
    expect([ledger.knows(first.id, 'in'), ledger.knows(first.id, 'out')]).toEqual([true, false]);
    expect([ledger.knows(second.id, 'in'), ledger.knows(second.id, 'out')]).toEqual([false, true]);
  });

  it('is the same in every run, and another’s is not known', () => {
    const [ledger, twin, other] = [ledgerOf(), ledgerOf(), ledgerOf(() => 0.5)];
    const { id } = ledger.issue('in', CUSTOMER);
    twin.issue('in', CUSTOMER);
    expect(twin.knows(id)).toBe(true);
    expect(ledger.knows(other.issue('in', CUSTOMER).id)).toBe(false);
    // Not issued yet, though it will be.
    const next = twin.issue('in', CUSTOMER).id;
    expect(ledger.knows(next)).toBe(false);
    ledger.issue('in', CUSTOMER);
    expect(ledger.knows(next)).toBe(true);
    for (const nonsense of ['', 'wamid.', 'wamid.HBgL', id.slice(0, -4), `${id}AAAA`]) {
      expect(ledger.knows(nonsense)).toBe(false);
    }
  });
});

it('keeps the newest thousand media', () => {
  const ledger = ledgerOf();
  const ids = Array.from({ length: 1001 }, (_, i) => {
    return ledger.keepMedia({ mimeType: 'image/png', url: `https://x.test/${i}` }).json.id;
  });
  expect(new Set(ids).size).toBe(1001);
  expect(ledger.media(ids[0] ?? '')).toBeUndefined();
  expect(ledger.media(ids[1] ?? '')?.json.url).toBe('https://x.test/1');
});

describe('deadlines', () => {
  it('hold until they have passed', () => {
    let now = 0;
    const deadlines = createDeadlines({ now: () => now });
    deadlines.set('a', 10);
    now = 9;
    expect(deadlines.get('a')).toBe(10);
    deadlines.set('a', 30);
    now = 29;
    expect(deadlines.get('a')).toBe(30);
    now = 30;
    expect(deadlines.get('a')).toBeUndefined();
  });

  it('are forgotten once passed, so that a long run takes no more room than a short one', () => {
    let now = 0;
    const deadlines = createDeadlines({ now: () => now });
    const sizes: number[] = [];
    for (now = 0; now < 50_000; now += 1) {
      deadlines.set(`${now}`, now + 1000);
      sizes.push(deadlines.size());
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2048);
    for (let age = 0; age < 999; age += 1) expect(deadlines.get(`${now - age - 1}`)).toBeDefined();
  });
});
