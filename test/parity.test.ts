/**
 * One stack, two clocks: the same scenario in virtual time and over real HTTP must come to the same
 * counts, and to the same distributions within what sockets and timers cost.
 */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../reports/result.ts';
import { runPlan } from '../sim/run.ts';
import { loadPlan } from '../sim/scenario.ts';

const FILE = 'test/fixtures/scenarios/parity.yaml';
const SPEED = 20;
/** Real ms that timers and sockets may add to one wait on a busy machine. */
const LAG_MS = 50;
const COMPARED = ['speedToAnswer', 'firstReply', 'replyTurnaround', 'webhookToReply'] as const;

describe('the same scenario on both clocks', async () => {
  const plan = loadPlan(FILE);
  const virtual = await run({ clock: 'virtual' });
  const real = await run({ clock: 'real', speed: SPEED });

  async function run(options: Parameters<typeof runPlan>[1]): Promise<RunResult> {
    const { result, failure } = await runPlan(plan, options);
    if (failure !== undefined) throw failure;
    return result;
  }

  it('is busy on both channels', () => {
    for (const channel of ['sms-main', 'whatsapp-main'] as const) {
      const row = virtual.channels.find((one) => one.channel === channel);
      expect(row?.counts.received).toBeGreaterThan(20);
    }
    expect(virtual.waiting.max).toBeGreaterThan(1);
  });

  it('comes to equal counts', () => {
    expect(real.conversations).toEqual(virtual.conversations);
    expect(real.counts).toEqual(virtual.counts);
    expect(real.counts.webhookRefusals).toBe(0);
    expect(real.counts.apiErrors).toBe(0);
  });

  it.each(COMPARED)('comes to the same %s', (measure) => {
    const [a, b] = [virtual.latencies[measure], real.latencies[measure]];
    if (a === undefined || b === undefined) throw new Error(`no ${measure}`);
    expect(b.n).toBe(a.n);
    for (const statistic of ['mean', 'p50', 'p90'] as const) {
      const tolerance = 0.1 * a[statistic] + LAG_MS * SPEED;
      const seen = `${statistic}: virtual ${a[statistic]} ms, real ${b[statistic]} ms`;
      expect(Math.abs(b[statistic] - a[statistic]), seen).toBeLessThan(tolerance);
    }
  });

  it('keeps the same verdict', () => {
    expect(real.verdict).toBe(virtual.verdict);
  });
});
