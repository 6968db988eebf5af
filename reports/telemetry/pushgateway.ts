/** The result to Prometheus' Pushgateway, in a group of the scenario's name. */
import { Gauge, Pushgateway, Registry } from 'prom-client';
import type { RunResult } from '../result.ts';
import { type Sample, samplesOf } from './samples.ts';

/** Rejects when the gateway did not take it. */
export async function pushResult(url: string, result: RunResult): Promise<void> {
  const registry = new Registry();
  const byName = new Map<string, Sample[]>();
  for (const sample of samplesOf(result)) {
    byName.set(sample.name, [...(byName.get(sample.name) ?? []), sample]);
  }
  for (const [name, samples] of byName) {
    const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
    const help = samples[0]?.help ?? name;
    const written = name.replaceAll('.', '_');
    const gauge = new Gauge({ name: written, help, labelNames, registers: [registry] });
    for (const { labels, value } of samples) gauge.set({ ...labels }, value);
  }
  const gateway = new Pushgateway(url, { timeout: 5000 }, registry);
  await gateway.push({ jobName: 'rehearsal', groupings: { scenario: result.scenario.name } });
}
