/** A result as numbers with labels, for whoever collects metrics. */
import type { LatencyResult, RunResult, ShareResult } from '../result.ts';

export interface Sample {
  /** As OpenTelemetry writes names: `rehearsal.latency`. */
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Row {
  readonly rates: Readonly<Record<string, ShareResult>>;
  readonly serviceLevels: Readonly<Record<string, Readonly<Record<string, ShareResult>>>>;
  readonly latencies: Readonly<Partial<Record<string, LatencyResult>>>;
}

/** More series than this are more than a dashboard wants. */
const FEW = 20;

export function* samplesOf(result: RunResult): Iterable<Sample> {
  const { verdict, budgets, conversations, channels, queues } = result;
  const passed = verdict === 'pass' ? 1 : 0;
  yield { name: 'rehearsal.passed', help: '1 if the run passed', labels: {}, value: passed };
  for (const [outcome, value] of Object.entries(conversations)) {
    const help = 'conversations by how they went';
    yield { name: 'rehearsal.conversations', help, labels: { outcome }, value };
  }
  for (const { text, ok, measured, margin } of budgets) {
    const labels = { budget: text };
    yield { name: 'rehearsal.budget.kept', help: '1 if it is kept', labels, value: ok ? 1 : 0 };
    if (measured === null || margin === null) continue;
    yield { name: 'rehearsal.budget.measured', help: 'ms or share', labels, value: measured };
    yield { name: 'rehearsal.budget.margin', help: 'room left', labels, value: margin };
  }
  yield* samplesOfRow(result, {});
  if (channels.length <= FEW) {
    for (const { channel, ...row } of channels) yield* samplesOfRow(row, { channel });
  }
  if (queues.length <= FEW) {
    for (const { queue, ...row } of queues) yield* samplesOfRow(row, { queue });
  }
}

function* samplesOfRow(
  { rates, serviceLevels, latencies }: Row,
  whose: Readonly<Record<string, string>>,
): Iterable<Sample> {
  for (const [measure, { share }] of Object.entries(rates)) {
    if (share === null) continue;
    const labels = { measure, ...whose };
    yield { name: 'rehearsal.share', help: 'from 0 to 1', labels, value: share };
  }
  for (const [measure, within] of Object.entries(serviceLevels)) {
    for (const [time, { share }] of Object.entries(within)) {
      if (share === null) continue;
      const labels = { measure, within: time, ...whose };
      yield { name: 'rehearsal.service_level', help: 'from 0 to 1', labels, value: share };
    }
  }
  for (const [measure, latency] of Object.entries(latencies)) {
    for (const statistic of ['mean', 'p50', 'p95', 'p99', 'max'] as const) {
      if (latency === undefined) continue;
      const labels = { measure, statistic, ...whose };
      const value = latency[statistic] / 1000;
      yield { name: 'rehearsal.latency', help: 'seconds', labels, value };
    }
  }
}
