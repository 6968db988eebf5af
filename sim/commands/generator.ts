/** The load generator of a run on the real clock, as the command line has it. */
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { type Engine, startK6 } from '../k6/engine.ts';
import type { Plan } from '../plan.ts';
import type { Terminal } from '../terminal.ts';

export const GENERATOR_OPTIONS = {
  engine: {
    describe: 'real clock: who sends the webhooks; k6 is the real binary',
    choices: ['own', 'k6'] as const,
    default: 'own' as const,
  },
  vus: { describe: 'engine k6: VUs that share the sending', type: 'number', default: 4 },
  k6Out: {
    describe: "engine k6: k6's own outputs, such as json=points.json",
    type: 'string',
    array: true,
    default: [] as string[],
  },
} as const;

export interface GeneratorArguments {
  readonly engine: 'own' | 'k6';
  readonly vus: number;
  readonly k6Out: readonly string[];
}

/** What is wrong with them, if anything. */
export function complaintAboutGenerator(
  args: GeneratorArguments & { readonly clock: 'virtual' | 'real' },
): string | undefined {
  const { engine, vus, k6Out, clock } = args;
  if (clock === 'virtual' && engine === 'k6') return '--engine k6 needs --clock real.';
  if (!(Number.isInteger(vus) && vus >= 1 && vus <= 1000)) {
    return '--vus takes a whole number from 1 to 1000.';
  }
  if (engine !== 'k6' && k6Out.length > 0) return '--k6Out needs --engine k6.';
  return undefined;
}

export interface GeneratorParts extends GeneratorArguments {
  readonly speed: number;
  /** Where its script and summary are kept; absent: nowhere. */
  readonly folder?: string | undefined;
  readonly onTrouble: (text: string) => void;
}

/** Nothing where the run sends them itself. Rejects with `Obstacle`. */
export async function openGenerator(
  plan: Plan,
  { engine, vus, speed, k6Out: outputs, folder, onTrouble }: GeneratorParts,
  { k6: named }: Terminal,
): Promise<Engine | undefined> {
  if (engine === 'own') return undefined;
  if (!plan.wire) {
    throw new Obstacle(EXIT.usage, `rehearse: ${plan.file}: wire: false has no webhooks.`);
  }
  const lastsMs = (plan.lastsMs + plan.drainMs) / speed;
  return startK6({ named, vus, lastsMs, budgets: plan.budgets, outputs, folder, onTrouble });
}
