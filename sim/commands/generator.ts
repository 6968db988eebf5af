/** The load generator of a run on the real clock, and what it says of itself. */
import type { RunResult } from '../../reports/result.ts';
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { type Engine, type Generator, startK6 } from '../k6/engine.ts';
import type { Plan } from '../plan.ts';
import type { Terminal } from '../terminal.ts';

export const GENERATOR_OPTIONS = {
  engine: {
    describe: 'real clock: who sends the webhooks; k6 is the real binary',
    choices: ['own', 'k6'] as const,
    default: 'own' as const,
  },
  vus: { describe: 'engine k6: webhooks on their way at a time', type: 'number', default: 50 },
} as const;

export interface GeneratorArguments {
  readonly engine: 'own' | 'k6';
  readonly vus: number;
}

/** Nothing where the run sends them itself. Rejects with `Obstacle`. */
export async function openGenerator(
  plan: Plan,
  { engine, vus, speed }: GeneratorArguments & { readonly speed: number },
  { k6: named }: Terminal,
): Promise<Engine | undefined> {
  if (engine === 'own') return undefined;
  if (!plan.wire) {
    throw new Obstacle(EXIT.usage, `rehearse: ${plan.file}: wire: false has no webhooks.`);
  }
  return startK6({ named, vus, lastsMs: (plan.lastsMs + plan.drainMs) / speed });
}

/** What was sent too late says nothing of the stack: such a run never passes. */
export function withGenerator(result: RunResult, generator: Generator): RunResult {
  const { saturated, lateness } = generator;
  if (!saturated) return { ...result, generator };
  const partial = `${SATURATED}: webhooks went out ${Math.round(lateness.p99)} ms late (p99)`;
  const verdict = result.verdict === 'pass' ? 'partial' : result.verdict;
  return { ...result, generator, verdict, partial: result.partial ?? partial };
}

/** How `partial` begins of a run whose generator could not keep up. */
export const SATURATED = 'generator saturated';
