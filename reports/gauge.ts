/**
 * A level over time, integrated into equal stretches of a period: mean and maximum of each.
 * With one stretch it is a plain time-weighted average. Memory does not grow with the run.
 */

export interface Gauge {
  /** The level from now on is higher by `by`. Times must not go back; a late one counts as now. */
  add(atMs: number, by: number): void;
  /** The level now. */
  level(): number;
  /** Integrates up to `atMs` (at most the end of the period). */
  settle(atMs: number): void;
  /** Time-weighted mean of a stretch as far as it was reached; nothing if it was not. */
  mean(stretch: number): number | undefined;
  /** The highest level that lasted, even for a moment. */
  max(stretch: number): number;
}

export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

export function createGauge({ fromMs, untilMs }: Period, stretches = 1): Gauge {
  const width = (untilMs - fromMs) / stretches;
  const areas = new Float64Array(stretches);
  const maxima = new Float64Array(stretches);
  const startOf = (i: number) => (i === stretches ? untilMs : fromMs + i * width);
  let level = 0;
  let reached = fromMs;
  let current = 0;

  function settle(atMs: number): void {
    const until = Math.min(atMs, untilMs);
    while (reached < until) {
      const end = startOf(current + 1);
      const stop = Math.min(until, end);
      areas[current] = (areas[current] ?? 0) + level * (stop - reached);
      if (level > (maxima[current] ?? 0)) maxima[current] = level;
      reached = stop;
      if (stop === end) current += 1;
    }
  }

  return {
    add(atMs, by) {
      settle(atMs);
      level += by;
    },
    level: () => level,
    settle,
    mean(stretch) {
      const covered = Math.min(reached, startOf(stretch + 1)) - startOf(stretch);
      return covered > 0 ? (areas[stretch] ?? 0) / covered : undefined;
    },
    max: (stretch) => maxima[stretch] ?? 0,
  };
}
