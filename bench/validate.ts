/**
 * `npm run validate`: the textbook queues of `sim/validation/queues.json`, run through the whole
 * stack, in a table of exact value, simulated value, 95 % half-width and z. Slow on purpose.
 * `node bench/validate.ts [CASE...] [--seed 900001] [--replications 100]`: some, by other luck.
 */
import { parseArgs } from 'node:util';
import { Piscina } from 'piscina';
import { modelOf } from '../sim/validation/cases.ts';
import { CASES, type Comparison, type Effort } from '../sim/validation/validate.ts';

const CUSTOMERS = 10_000;
/** Large systems relax slowly: at least so many mean service times. */
const SERVICES = 200;
/** What chance alone would hardly give: 6 in 100,000 for one comparison. */
const LIMIT = 4;

const { values: asked, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    /** Of the first case; the others' follow by a thousand. */
    seed: { type: 'string', default: '1' },
    replications: { type: 'string', default: '40' },
  },
});
const unknown = wanted.filter((id) => !CASES.some((one) => one.id === id));
if (unknown.length > 0) {
  const known = CASES.map(({ id }) => id).join(', ');
  process.stderr.write(`no case ${unknown.join(', ')}; there are ${known}\n`);
  process.exit(2);
}

const all: Comparison[] = [];
const pool = new Piscina({ filename: new URL('./validate-worker.ts', import.meta.url).href });
const chosen = CASES.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
// Cases with the same seeds would meet the same customers, and err together.
const running = chosen.map((queue) => {
  const { id } = queue;
  const { classes, meanService } = modelOf(queue);
  const offered = classes.reduce((sum, { lam }) => sum + lam, 0) * meanService;
  const customers = Math.max(CUSTOMERS, Math.ceil(SERVICES * offered));
  const seed = Number(asked.seed) + 1000 * CASES.findIndex((one) => one.id === id);
  const effort: Effort = {
    ...{ replications: Number(asked.replications), customers, warmUpServices: 60, seed },
  };
  return pool.run({ id, effort }, { name: 'run' }) as Promise<readonly Comparison[]>;
});
print('case', 'measure', 'exact', 'simulated', 'half-width', 'z');
for (const comparisons of running) {
  for (const { id, measure, exact, simulated, halfWidth, z } of await comparisons) {
    print(id, measure, digits(exact), digits(simulated), digits(halfWidth), z.toFixed(2));
  }
  all.push(...(await comparisons));
}
await pool.destroy();
const meanSquare = all.reduce((sum, { z }) => sum + z * z, 0) / all.length;
const beyond = all.filter(({ z }) => Math.abs(z) > LIMIT).length;
const largest = Math.max(...all.map(({ z }) => Math.abs(z)));
process.stdout.write(
  `\n${all.length} comparisons, mean z² ${meanSquare.toFixed(2)} (1 by chance alone), ` +
    `largest |z| ${largest.toFixed(2)}, ${beyond} beyond ${LIMIT}\n`,
);
process.exitCode = beyond > 0 ? 1 : 0;

function print(id: string, measure: string, ...numbers: readonly string[]): void {
  const cells = numbers.map((text) => text.padStart(11));
  process.stdout.write(`${id.padEnd(28)}${measure.padEnd(25)}${cells.join('')}\n`);
}

function digits(value: number): string {
  return value.toPrecision(5);
}
