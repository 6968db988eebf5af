/**
 * Customers per second through router, sessions and people, wire off: M/M/10 at load 0.9, beside
 * SimPy on the same queue when python3 has it. `node bench/queue.ts [customers]`
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runPlan } from '../sim/run.ts';
import { simpleQueue } from '../sim/validation/model.ts';
import { queuePlan } from '../sim/validation/plan.ts';
import { inTurn, seconds, show } from './stopwatch.ts';

const customers = Number(process.argv[2] ?? 100_000);
const LAM = 9;
const model = simpleQueue('mmc-10-9', { lam: LAM, mu: 1, c: 10 });

async function rehearsal(): Promise<number> {
  const plan = queuePlan(model, { seed: 1, warmUp: 0, lasts: customers / LAM });
  let arrived = 0;
  const took = await seconds(async () => {
    const { result, failure } = await runPlan(plan, { clock: 'virtual' });
    if (failure !== undefined) throw failure;
    arrived = result.conversations.arrived;
  });
  return arrived / took;
}

async function inPython(file: string): Promise<number> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = spawnSync('python3', [script, String(customers)], { encoding: 'utf8' });
  return Number(stdout);
}

const PEERS = { SimPy: 'simpy', Ciw: 'ciw' } as const;
const installed = Object.entries(PEERS).filter(
  ([, module]) => spawnSync('python3', ['-c', `import ${module}`]).status === 0,
);
const peers = installed.map(
  ([name, module]) => [name, () => inPython(`mm10_${module}.py`)] as const,
);
const figures = await inTurn(5, { Rehearsal: rehearsal, ...Object.fromEntries(peers) });
for (const [name, speed] of Object.entries(figures)) {
  const ratio = name === 'Rehearsal' ? '' : `, we are ${(figures.Rehearsal / speed).toFixed(2)}x`;
  show(`customers/s, M/M/10, median of 5: ${name}${ratio}`, speed);
}
for (const name of Object.keys(PEERS).filter((one) => !(one in figures))) {
  show(`${name} is not installed (pip install ${PEERS[name as keyof typeof PEERS]})`, '-');
}
