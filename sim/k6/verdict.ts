/**
 * One result, and one verdict, of what all k6 instances saw of a stack. Budgets go through the same
 * fold as those of any run; what k6 can not see is listed, and not judged.
 */
import { parseBudget } from '../../reports/budgets.ts';
import { valuesOf } from '../../reports/histogram.ts';
import type { RunResult } from '../../reports/result.ts';
import { createSummary } from '../../reports/summarise.ts';
import { quantilesOf, SATURATED, TOO_LATE_MS } from '../meter.ts';
import { MOST_FAILED, whyUnseen } from './export-thresholds.ts';
import { type Merged, rangesOf } from './merge.ts';
import type { Recording } from './recording.ts';

/** Instances that began further apart made another load than the scenario's. */
const MOST_APART_MS = 5000;

type Generator = NonNullable<RunResult['generator']>;
type NotJudged = NonNullable<RunResult['notJudged']>;

export function resultOf(merged: Merged, meta: RunResult['meta']): RunResult {
  const { recording, speed, zeroMs, channels } = merged;
  const { scenario, seed, warmUpMs, lastsMs, lastAtMs } = recording;
  const notJudged = notJudgedOf(recording);
  const summary = createSummary({
    ...{ scenario, clock: 'real', seed, speed, startsAtMs: zeroMs, warmUpMs, lastsMs },
    ...{ reps: [], queues: [], channels: recording.channels, target: targetsOf(merged) },
    budgets: recording.budgets.filter(({ text }) => whyNot(text, recording) === undefined),
  });
  const after = Math.max(warmUpMs, lastsMs);
  for (const [channel, { statuses, service }] of channels) {
    const status = statusesOf(statuses);
    for (const tookMs of valuesOf(service)) {
      const answer = Number(status.next().value ?? 0);
      const at = after + tookMs;
      summary.record({ type: 'called', direction: 'webhook', at, channel, status: answer, tookMs });
      if (!isRefusal(answer)) continue;
      const reason = 'not said by k6';
      summary.record({ type: 'webhookRefused', at, channel, reason, status: answer });
    }
  }
  const generator = generatorOf(merged);
  const doubts = doubtsOf(merged, generator, notJudged);
  const partial = doubts.length === 0 ? undefined : doubts.join('; ');
  const result = summary.finish({
    endedAtMs: Math.max(lastsMs, lastAtMs),
    ...(partial !== undefined && { partial }),
    meta,
  });
  return { ...result, ...(notJudged.length > 0 && { notJudged }), generator };
}

function targetsOf({ instances }: Merged): string {
  return [...new Set(instances.map(({ target }) => target))].sort().join(', ');
}

/** The stack took it for a forgery, or could not read it. */
const isRefusal = (status: number) => status >= 400 && status < 500;

function* statusesOf(statuses: ReadonlyMap<number, number>): Iterator<number> {
  for (const [status, times] of statuses) {
    for (let i = 0; i < times; i += 1) yield status;
  }
}

function notJudgedOf(recording: Recording): NotJudged {
  return recording.budgets.flatMap(({ text, line }) => {
    const why = whyNot(text, recording);
    return why === undefined ? [] : [{ text, line, reason: `not judged: ${why}` }];
  });
}

function whyNot(text: string, { channels }: Recording): string | undefined {
  const budget = parseBudget(text);
  return 'error' in budget ? budget.error : whyUnseen(budget, channels);
}

function generatorOf({ instances, sent, lateness, sinceDue, service }: Merged): Generator {
  const late = quantilesOf(lateness);
  return {
    name: 'k6',
    // Scripts are not told.
    version: '(version unknown)',
    vus: instances.reduce((sum, { vus }) => sum + vus, 0),
    sent,
    ...{ lateness: late, sinceDue: quantilesOf(sinceDue), service: quantilesOf(service) },
    saturated: late.p99 >= TOO_LATE_MS,
  };
}

/** What keeps a run from passing whatever its budgets say. */
function doubtsOf(merged: Merged, { saturated, lateness }: Generator, notJudged: NotJudged) {
  const { recording, missing, twice, apartMs, channels } = merged;
  const { count, budgets } = recording;
  const all = `of ${count} webhooks`;
  const doubts: string[] = [];
  if (missing.length > 0) {
    doubts.push(`${missing.length} ${all} were never sent: ${rangesOf(missing)}`);
  }
  if (twice.length > 0) {
    doubts.push(`${twice.length} ${all} were sent more than once: ${rangesOf(twice)}`);
  }
  if (saturated) {
    const late = Math.round(lateness.p99);
    doubts.push(`${SATURATED}: webhooks went out ${late} ms late (p99)`);
  }
  if (apartMs > MOST_APART_MS) {
    doubts.push(`the instances began ${(apartMs / 1000).toFixed(1)} s apart`);
  }
  const answers = [...channels.values()].flatMap(({ statuses }) => [...statuses]);
  const failed = answers.filter(([status]) => status < 200 || status >= 300);
  const sum = (some: typeof answers) => some.reduce((total, [, times]) => total + times, 0);
  const share = sum(failed) / Math.max(1, sum(answers));
  if (share >= MOST_FAILED) {
    doubts.push(`${(share * 100).toFixed(1)} % of webhooks were not answered with success`);
  }
  if (budgets.length > 0 && notJudged.length === budgets.length) {
    doubts.push('no budget could be judged by what k6 sees');
  }
  return doubts;
}
