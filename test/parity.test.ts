/**
 * One stack, two clocks: the same scenario in virtual time and over real HTTP must come to the same
 * counts, and to the same distributions within what sockets and timers cost. A machine that stalls
 * for a moment fails the comparison, not the claim: it may be made again, twice.
 */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../reports/result.ts';
import { type RunOptions, runPlan } from '../sim/run.ts';
import { loadPlan } from '../sim/scenario.ts';
import { CHANNEL_KINDS } from '../src/channels/index.ts';

const FILE = 'test/fixtures/scenarios/parity.yaml';
const SPEED = 20;
/** Real ms that timers and sockets may add to one wait on a busy machine. */
const LAG_MS = 50;
const COMPARED = ['speedToAnswer', 'firstReply', 'replyTurnaround', 'webhookToReply'] as const;

async function run(options: RunOptions): Promise<RunResult> {
  const { result, failure } = await runPlan(loadPlan(FILE), options);
  if (failure !== undefined) throw failure;
  return result;
}

function expectSame(measure: (typeof COMPARED)[number], virtual: RunResult, real: RunResult) {
  const [a, b] = [virtual.latencies[measure], real.latencies[measure]];
  if (a === undefined || b === undefined) throw new Error(`no ${measure}`);
  expect(b.n).toBe(a.n);
  for (const statistic of ['mean', 'p50', 'p90'] as const) {
    const tolerance = 0.1 * a[statistic] + LAG_MS * SPEED;
    const seen = `${measure} ${statistic}: virtual ${a[statistic]}, real ${b[statistic]} ms`;
    expect(Math.abs(b[statistic] - a[statistic]), seen).toBeLessThan(tolerance);
  }
}

describe('the same scenario on both clocks', async () => {
  const virtual = await run({ clock: 'virtual' });

  it('is busy enough to tell: every channel, and a queue', () => {
    expect(virtual.channels).toHaveLength(Object.keys(CHANNEL_KINDS).length);
    for (const { counts } of virtual.channels) expect(counts.received).toBeGreaterThan(5);
    expect(virtual.waiting.max).toBeGreaterThan(1);
  });

  it('comes to equal counts and the same distributions', { retry: 2 }, async () => {
    const real = await run({ clock: 'real', speed: SPEED });
    expect(real.conversations).toEqual(virtual.conversations);
    expect(real.counts).toEqual(virtual.counts);
    expect(real.counts.webhookRefusals + real.counts.apiErrors).toBe(0);
    for (const measure of COMPARED) expectSame(measure, virtual, real);
    expect(real.verdict).toBe(virtual.verdict);
  });
});
