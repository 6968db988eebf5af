/**
 * Peak memory of one long run: conversations with wire, and then customers without, each in a run
 * of its own size so that growth would show. `node bench/memory.ts [conversations]`
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runPlan } from '../sim/run.ts';
import { simpleQueue } from '../sim/validation/model.ts';
import { queuePlan } from '../sim/validation/plan.ts';
import { show } from './stopwatch.ts';

const [size, inside] = process.argv.slice(2);
const conversations = Number(size ?? 1_000_000);

if (inside === undefined) {
  for (const count of [conversations / 10, conversations]) {
    const self = fileURLToPath(import.meta.url);
    const { stdout } = spawnSync(process.execPath, [self, String(count), 'inside'], {
      encoding: 'utf8',
    });
    show(`peak resident memory, ${count.toLocaleString('en')} conversations`, `${stdout} MiB`);
  }
} else {
  const LAM = 9;
  const model = simpleQueue('mmc-10-9', { lam: LAM, mu: 1, c: 10 });
  const plan = queuePlan(model, { seed: 1, warmUp: 0, lasts: conversations / LAM });
  await runPlan(plan, { clock: 'virtual' });
  process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
}
