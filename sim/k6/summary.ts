/** What k6 measured of its own, out of the data it gives its `handleSummary`. */
import type { Generator } from '../meter.ts';

/** As k6 2.x has it (js/summary.go); trends in ms. */
export interface K6Summary {
  readonly metrics: Readonly<Record<string, K6Metric>>;
  readonly setup_data?: { readonly offsetMs: number; readonly uncertaintyMs: number };
}

interface K6Metric {
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

/** Timings of http requests that a summary shows of webhooks alone, because a threshold asks. */
export const HTTP_TIMINGS = [
  'duration',
  'blocked',
  'connecting',
  'sending',
  'waiting',
  'receiving',
];
const OF_WEBHOOKS = '{name:webhook}';
/** Holds of any: k6 keeps figures of a tag only where a threshold names it. */
const ANY = 'max>=0';

/** To be among the thresholds, for what is read here. */
export const ASKED_FOR: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
  ...HTTP_TIMINGS.map((name) => [`http_req_${name}${OF_WEBHOOKS}`, [ANY]]),
  [`http_req_failed${OF_WEBHOOKS}`, ['rate>=0']],
]);

/** As flags these outrank k6's environment variables, which would change what is read here. */
export const AS_READ_HERE: readonly string[] = [
  ...['--summary-trend-stats', 'min,avg,med,p(90),p(95),p(99),max,count'],
  ...['--summary-mode', 'compact', '--new-machine-readable-summary=false'],
];

/** Throws when it lacks what says whether k6 kept up. */
export function generatorOf(
  { metrics, setup_data: clock }: K6Summary,
  { version, vus }: { readonly version: string; readonly vus: number },
): Generator {
  const lateness = metrics.rehearsal_lateness?.values;
  if (lateness !== undefined && !('p(99)' in lateness)) throw new Error('no p(99) of lateness');
  const trend = (name: string) => {
    const values = metrics[name]?.values ?? {};
    const of = (statistic: string) => rounded(values[statistic] ?? 0);
    return { p50: of('med'), p95: of('p(95)'), p99: of('p(99)'), max: of('max') };
  };
  const value = (name: string, statistic: string) => metrics[name]?.values[statistic] ?? 0;
  const http = HTTP_TIMINGS.map((name) => [name, trend(`http_req_${name}${OF_WEBHOOKS}`)]);
  const { min = 0, max = 0 } = metrics.rehearsal_clock_offset?.values ?? {};
  return {
    ...{ name: 'k6', version, vus, sent: value('rehearsal_webhooks', 'count') },
    lateness: trend('rehearsal_lateness'),
    ...{ sinceDue: trend('rehearsal_since_due'), service: trend('rehearsal_service') },
    http: Object.fromEntries(http),
    failed: rounded(value(`http_req_failed${OF_WEBHOOKS}`, 'rate')),
    onTheirWay: value('rehearsal_on_their_way', 'max'),
    droppedIterations: value('dropped_iterations', 'count'),
    clock: {
      offsetMs: rounded(clock?.offsetMs ?? 0),
      uncertaintyMs: rounded(clock?.uncertaintyMs ?? 0),
      driftMs: rounded(max - min),
    },
    thresholds: Object.entries(metrics).flatMap(([metric, { thresholds = {} }]) =>
      Object.entries(thresholds).flatMap(([condition, { ok }]) =>
        metric in ASKED_FOR ? [] : [{ metric, condition, ok }],
      ),
    ),
  };
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;
