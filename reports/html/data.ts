/** What the page's charts draw: columns, rounded to what can be seen. */
import { middleMs } from '../histogram.ts';
import { LATENCIES, type LatencyName } from '../measures.ts';
import type { RunResult } from '../result.ts';

export interface ChartData {
  /** `09:30`, for the middle of charts. */
  readonly times: readonly string[];
  readonly flow: Readonly<Record<'arrived' | 'accepted' | 'abandoned', readonly number[]>>;
  readonly backlog: Readonly<Record<'mean' | 'max', readonly (number | null)[]>>;
  readonly staff: Readonly<Record<'online' | 'busy', readonly (number | null)[]>>;
  readonly overTime: readonly {
    readonly name: string;
    readonly meaning: string;
    readonly p50: readonly (number | null)[];
    readonly p95: readonly (number | null)[];
  }[];
  /** Cumulative shares: x in seconds, y in percent. */
  readonly spread: readonly {
    readonly name: string;
    readonly of: string;
    readonly n: number;
    readonly points: readonly (readonly [number, number])[];
  }[];
  readonly reps: readonly {
    readonly rep: string;
    readonly capacity: number;
    /** In percent of the stretch. */
    readonly online: readonly (number | null)[];
    /** Units, in tenths. */
    readonly held: readonly (number | null)[];
  }[];
}

export function chartData(result: RunResult): ChartData {
  const { series, period } = result;
  const { stretches } = series;
  const column = <T>(of: (stretch: (typeof stretches)[number]) => T) => stretches.map(of);
  return {
    times: column(({ fromMs }) => clockTime(period.startsAt, fromMs, period.lastsMs)),
    flow: {
      arrived: column(({ arrived }) => arrived),
      accepted: column(({ accepted }) => accepted),
      abandoned: column(({ abandoned }) => abandoned),
    },
    backlog: {
      mean: column(({ meanWaiting }) => short(meanWaiting)),
      max: column(({ maxWaiting }) => maxWaiting),
    },
    staff: {
      online: column(({ meanRepsOnline }) => short(meanRepsOnline)),
      busy: column(({ meanRepsBusy }) => short(meanRepsBusy)),
    },
    overTime: Object.entries(series.latencies)
      .filter(([, { n }]) => n.some((count) => count > 0))
      .map(([name, { p50, p95 }]) => ({
        name,
        meaning: LATENCIES[name as LatencyName].meaning,
        p50: p50.map(seconds),
        p95: p95.map(seconds),
      })),
    spread: result.distributions.map((one) => ({
      name: one.measure,
      of: one.by === undefined ? 'everything' : `${one.by} ${one.id}`,
      n: one.n,
      points: cumulative(one),
    })),
    reps: timelines(result),
  };
}

function timelines({ series, reps }: RunResult): ChartData['reps'] {
  const most = new Map(
    reps.each.map(({ rep, rates }) => {
      // Units there were over the time online: the mean capacity.
      const online = rates.utilisation.whole;
      return [rep, online > 0 ? rates.occupancy.whole / online : 0];
    }),
  );
  return series.reps.map(({ rep, online, held }) => ({
    rep,
    capacity: Math.round((most.get(rep) ?? 0) * 10) / 10,
    online: online.map((share) => (share === null ? null : Math.round(share * 100))),
    held: held.map((units) => (units === null ? null : Math.round(units * 10))),
  }));
}

/** At most so many points a line. */
const POINTS = 150;

function cumulative({
  n,
  min,
  zeros,
  cells,
  precision,
}: RunResult['distributions'][number]): readonly (readonly [number, number])[] {
  const points: [number, number][] = [[min / 1000, 0]];
  let seen = zeros;
  if (zeros > 0) points.push([0, (100 * zeros) / n]);
  for (let i = 0; i + 1 < cells.length; i += 2) {
    seen += cells[i + 1] ?? 0;
    points.push([middleMs(cells[i] ?? 0, precision) / 1000, (100 * seen) / n]);
  }
  const step = Math.max(1, Math.ceil(points.length / POINTS));
  return points
    .filter((_, i) => i % step === 0 || i === points.length - 1)
    .map(([x, y]) => [Number(x.toPrecision(4)), Number(y.toFixed(2))]);
}

const DAY_MS = 86_400_000;

/** With fewer minutes than this in all, seconds tell times apart. */
const FEW_MS = 15 * 60_000;

/** Time of the day in UTC; of runs over a day with the day, of short ones with seconds. */
function clockTime(startsAt: string, ms: number, lastsMs: number): string {
  const at = new Date(Date.parse(startsAt) + ms).toISOString();
  if (lastsMs < FEW_MS) return at.slice(11, 19);
  return lastsMs > DAY_MS ? `${at.slice(5, 10)} ${at.slice(11, 16)}` : at.slice(11, 16);
}

const seconds = (ms: number | null) => (ms === null ? null : Number((ms / 1000).toPrecision(4)));
const short = (value: number | null) => (value === null ? null : Math.round(value * 100) / 100);
