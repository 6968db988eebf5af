/**
 * How often `rehearse compare` cries wolf, and how often it catches a change: simulated runs whose
 * p95 differs from run to run by 4 % (sd), beside rules people use. `node bench/compare.ts`
 */
import { verdictOf } from '../reports/compare/compare.ts';
import { median, paired, unpaired } from '../reports/compare/statistics.ts';
import { createRandom } from '../sim/random.ts';

const TRIALS = 2000;
const RUN_SD = 0.04;
/** Of what is left between two runs of one seed in virtual time, where only the change differs. */
const PAIR_SD = 0.01;
const BY = 0.05;
const SHIFTS = [0, 0.05, 0.1, 0.2];

const random = createRandom(1);
const LUCK = { name: 'normal', params: { mean: 1000, sd: 1000 * RUN_SD } } as const;
const OWN = { name: 'normal', params: { mean: 0.5, sd: PAIR_SD } } as const;

/** The p95 of `n` runs. */
function runs(n: number, trial: string, shift: number): number[] {
  return Array.from({ length: n }, (_, i) => {
    return random.draw(LUCK, `luck ${trial}`, i) * (1 + shift);
  });
}

type Rule = (trial: number, shift: number) => boolean;

const isWorse = (found: ReturnType<typeof unpaired>) =>
  verdictOf(found, found.relative ?? null, 'lower', BY) === 'worse';

const RULES: Readonly<Record<string, Rule>> = {
  'one run each, p95 > +5 %': (trial, shift) =>
    median(runs(1, `n${trial}`, shift)) > 1.05 * median(runs(1, `b${trial}`, 0)),
  'one run each, p95 > +10 %': (trial, shift) =>
    median(runs(1, `n${trial}`, shift)) > 1.1 * median(runs(1, `b${trial}`, 0)),
  'ours, unpaired, 4 and 4 runs': (trial, shift) =>
    isWorse(unpaired(runs(4, `b${trial}`, 0), runs(4, `n${trial}`, shift))),
  'ours, unpaired, 7 and 7 runs': (trial, shift) =>
    isWorse(unpaired(runs(7, `b${trial}`, 0), runs(7, `n${trial}`, shift))),
  'ours, unpaired, 12 and 12 runs': (trial, shift) =>
    isWorse(unpaired(runs(12, `b${trial}`, 0), runs(12, `n${trial}`, shift))),
  'ours, paired by seed, 7 runs': (trial, shift) => {
    const base = runs(7, `b${trial}`, 0);
    const next = base.map((value, i) => {
      const own = random.draw(OWN, `own ${trial}`, i) - 0.5;
      return value * (1 + shift + own);
    });
    return isWorse(paired(base, next));
  },
};

const cells = (texts: readonly string[]) => texts.map((text) => text.padStart(9)).join('');
const heads = SHIFTS.map((shift) => `+${shift * 100} %`);
process.stdout.write(`${'flagged as worse; true shift'.padEnd(34)}${cells(heads)}\n`);
for (const [name, rule] of Object.entries(RULES)) {
  const shares = SHIFTS.map((shift) => {
    let flagged = 0;
    for (let trial = 0; trial < TRIALS; trial += 1) if (rule(trial, shift)) flagged += 1;
    return `${((100 * flagged) / TRIALS).toFixed(1)} %`;
  });
  process.stdout.write(`${name.padEnd(34)}${cells(shares)}\n`);
}
