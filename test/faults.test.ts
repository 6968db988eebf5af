/** Platforms that repeat themselves, are late or fail: what the stack makes of it, end to end. */
import { describe, expect, it } from 'vitest';
import type { FaultSettings } from '../mock-providers/faults.ts';
import type { RunResult } from '../reports/result.ts';
import { runPlan } from '../sim/run.ts';
import { loadPlan } from '../sim/scenario.ts';
import type { Fact } from '../src/facts.ts';

async function run(faults: Partial<FaultSettings> = {}) {
  const plan = loadPlan('test/fixtures/scenarios/parity.yaml');
  const facts: Fact[] = [];
  const { result, failure } = await runPlan(
    { ...plan, platforms: { ...plan.platforms, faults } },
    { clock: 'virtual', onFact: (fact) => facts.push(fact) },
  );
  if (failure !== undefined) throw failure;
  const count = (type: Fact['type']) => facts.filter((fact) => fact.type === type).length;
  return { result, count };
}

/** Everything a business would count; nothing about the wire. */
function business({ counts, conversations }: RunResult) {
  const { webhooks: _, duplicates: __, faultsInjected: ___, ...rest } = counts;
  return { ...rest, conversations };
}

describe('webhooks that come twice', () => {
  it('change nothing: every message and receipt counts once', async () => {
    const [plain, twice] = [await run(), await run({ duplicateWebhooks: 1, lateMs: 700 })];
    expect(business(twice.result)).toEqual(business(plain.result));
    expect(twice.result.latencies).toMatchObject({
      speedToAnswer: plain.result.latencies.speedToAnswer,
      firstReply: plain.result.latencies.firstReply,
    });
    expect(twice.count('duplicateIgnored')).toBe(plain.result.counts.received);
    expect(twice.result.counts.webhooks).toBe(2 * plain.result.counts.webhooks);
  });
});

describe('webhooks that come late', () => {
  it('lose nobody and nothing', async () => {
    const [plain, late] = [await run(), await run({ lateWebhooks: 0.5, lateMs: 900 })];
    expect(late.count('faultInjected')).toBeGreaterThan(50);
    expect(late.result.conversations).toEqual(plain.result.conversations);
    const { received, delivered, read } = late.result.counts;
    expect({ received, delivered, read }).toMatchObject({
      received: plain.result.counts.received,
      delivered: plain.result.counts.delivered,
      read: plain.result.counts.read,
    });
  });
});

describe('an API that fails', () => {
  it('is seen in the counts, as surely failed or as nobody knows', async () => {
    const failing = await run({ apiErrors: 0.3 });
    expect(failing.result.counts.apiErrors).toBeGreaterThan(10);
    // LINE and the web have keys by which a send may be repeated: theirs get through.
    const failed = failing.count('sendFailed');
    expect(failed).toBeGreaterThan(5);
    expect(failed).toBeLessThan(failing.result.counts.apiErrors);
    const lost = await run({ lostAnswers: 0.3 });
    // Carried out all the same: the customer has the message, the stack does not know it.
    expect(lost.count('heard')).toBeGreaterThan(lost.count('replied'));
  });
});
