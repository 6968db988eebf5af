/** What the benches share: fair turns, medians, a line per figure. Not a benchmark itself. */

/** Seconds that `work` takes. */
export async function seconds(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Runs the contenders in turn, so that a machine that slows down slows all of them. */
export async function inTurn<const N extends string>(
  rounds: number,
  contenders: Readonly<Record<N, () => Promise<number>>>,
): Promise<Record<N, number>> {
  const names = Object.keys(contenders) as N[];
  const figures = new Map<N, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) figures.get(name)?.push(await contenders[name]());
  }
  const medians = names.map((name) => [name, median(figures.get(name) ?? [])]);
  return Object.fromEntries(medians) as Record<N, number>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

export function show(what: string, figure: number | string): void {
  const text = typeof figure === 'number' ? Math.round(figure).toLocaleString('en') : figure;
  process.stdout.write(`${what.padEnd(62)}${text.padStart(14)}\n`);
}
