/**
 * OpenTelemetry over HTTP: how far a run is while it goes, and all of its result at the end.
 * Prometheus takes this too (`/api/v1/otlp`), and so does every collector.
 */
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { RunResult } from '../result.ts';
import type { Progress } from '../summarise.ts';
import { samplesOf } from './samples.ts';

export interface Telemetry {
  /** Asked again and again while the run goes. */
  watch(progress: () => Progress): void;
  /** Sends the result, and ends. Rejects when nobody took it. */
  finish(result: RunResult): Promise<void>;
}

const EVERY_MS = 5000;

/** `url`: of the collector, such as http://localhost:4318; `/v1/metrics` is added. */
export function createOtlp(url: string, scenario: string): Telemetry {
  const address = `${url.replace(/\/$/, '')}/v1/metrics`;
  const exporter = new OTLPMetricExporter({ url: address, timeoutMillis: EVERY_MS });
  const refused = watchFailures(exporter);
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: EVERY_MS,
    exportTimeoutMillis: EVERY_MS,
  });
  const resource = resourceFromAttributes({
    'service.name': 'rehearsal',
    'rehearsal.scenario': scenario,
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter('rehearsal');
  return {
    watch(progress) {
      const live = {
        'rehearsal.progress.reached': ({ reachedMs }: Progress) => reachedMs / 1000,
        'rehearsal.progress.begun': ({ arrived }: Progress) => arrived,
        'rehearsal.progress.finished': ({ left }: Progress) => left,
        'rehearsal.progress.waiting': ({ waiting }: Progress) => waiting,
      };
      for (const [name, read] of Object.entries(live)) {
        meter.createObservableGauge(name).addCallback((seen) => seen.observe(read(progress())));
      }
    },
    async finish(result) {
      for (const { name, help, labels, value } of samplesOf(result)) {
        meter.createGauge(name, { description: help }).record(value, labels);
      }
      await provider.shutdown();
      const error = refused();
      if (error !== undefined) throw error;
    },
  };
}

/** The SDK keeps failures to itself; what became of the last sending is told here. */
function watchFailures(exporter: OTLPMetricExporter): () => Error | undefined {
  let last: Error | undefined;
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) =>
    send(metrics, (result) => {
      last = result.code === 0 ? undefined : (result.error ?? new Error('not taken'));
      done(result);
    });
  return () => last;
}
