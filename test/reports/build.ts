/** Hand-made facts for the report tests, with the fields that do not matter filled in. */

import { createSummary, type RunEnd, type SummaryOptions } from '../../reports/summarise.ts';
import type { Fact, Outcome } from '../../src/facts.ts';

export const END: RunEnd = { endedAtMs: 1_000_000, meta: { node: 'v24.0.0', wallMs: 12 } };

/** 1,000 s of arrivals after 100 s of warm-up, on two channels, one queue, two reps. */
export function options(changes: Partial<SummaryOptions> = {}): SummaryOptions {
  return {
    scenario: { name: 'monday', title: 'A Monday', file: 'monday.yaml', sha256: 'ab' },
    clock: 'virtual',
    seed: 7,
    startsAtMs: Date.UTC(2026, 0, 5, 9),
    warmUpMs: 100_000,
    lastsMs: 1_000_000,
    reps: [
      { id: 'ann', pool: 'ann', capacity: 2 },
      { id: 'team-1', pool: 'team', capacity: 4 },
      { id: 'team-2', pool: 'team', capacity: 4 },
    ],
    channels: ['sms-main', 'wa-main'],
    queues: ['front-line', 'second-line'],
    budgets: [],
    ...changes,
  };
}

export function summarise(
  facts: readonly Fact[],
  changes: Partial<SummaryOptions> = {},
  end: Partial<RunEnd> = {},
) {
  const summary = createSummary(options(changes));
  for (const fact of [...facts].sort((a, b) => a.at - b.at)) summary.record(fact);
  return summary.finish({ ...END, ...end });
}

export interface Case {
  readonly channel?: string;
  readonly queue?: string;
  readonly rep?: string;
  readonly units?: number;
}

const of = (id: number, { channel = 'sms-main', queue = 'front-line' }: Case = {}) => ({
  channel,
  queue,
  session: `s${id}`,
  work: `w${id}`,
});

export const queued = (id: number, at: number, of_: Case = {}): Fact => ({
  type: 'queued',
  at,
  priority: 1,
  ...of(id, of_),
});

/** Pushed and accepted `waited` ms after the request at `at`, having rung for `rang` of them. */
export function accepted(id: number, at: number, waited: number, of_: Case = {}, rang = 0): Fact[] {
  const { rep = 'ann', units = 1 } = of_;
  const push = { ...of(id, of_), agentWork: `a${id}`, rep, units };
  const pushedAfter = waited - rang;
  return [
    {
      type: 'pushed',
      tied: 1,
      at: at + pushedAfter,
      attempt: 1,
      sinceRequestMs: pushedAfter,
      ...push,
    },
    {
      type: 'accepted',
      at: at + waited,
      sincePushMs: rang,
      sinceRequestMs: waited,
      ...push,
    },
  ];
}

export function closed(id: number, at: number, handleMs: number, of_: Case = {}): Fact {
  const { rep = 'ann', units = 1 } = of_;
  return {
    type: 'closed',
    by: 'rep',
    at,
    handleMs,
    agentWork: `a${id}`,
    rep,
    units,
    ...of(id, of_),
  };
}

export const withdrawn = (
  id: number,
  at: number,
  sinceRequestMs: number,
  by: 'EndUser' | 'System' | 'Agent' = 'EndUser',
): Fact => ({ type: 'withdrawn', at, by, sinceRequestMs, ...of(id) });

export const presence = (rep: string, at: number, online: boolean, capacity: number): Fact => ({
  type: 'presence',
  login: 1,
  at,
  rep,
  status: online ? 'Online' : 'Away',
  online,
  capacity,
});

export function conversation(
  id: number,
  at: number,
  lastedMs: number,
  outcome: Outcome,
  channel = 'sms-main',
): Fact[] {
  return [
    { type: 'arrived', at, conversation: id, channel, script: 'asks', endUser: `+1${id}` },
    { type: 'left', at: at + lastedMs, conversation: id, channel, outcome, lastedMs },
  ];
}
