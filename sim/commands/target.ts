/** A stack that is not ours, as the command line names it. */
import type { Plan } from '../plan.ts';
import { type ReadTarget, readTarget } from '../scenario/target.ts';
import type { Terminal } from '../terminal.ts';

export const TARGET_OPTIONS = {
  target: {
    describe: 'real clock: a stack that is not ours; a target file, or where it takes webhooks',
    type: 'string',
    default: undefined,
  },
} as const;

export interface TargetArguments {
  readonly target: string | undefined;
}

/** Throws `InputError`. */
export function openTarget({ target }: TargetArguments, { env }: Terminal): ReadTarget | undefined {
  return target === undefined ? undefined : readTarget(target, env);
}

/** What is wrong with it beside others, if anything. */
export function complaintAboutTarget(
  args: TargetArguments & {
    readonly clock: 'virtual' | 'real';
    readonly port: number;
    readonly store: string;
  },
): string | undefined {
  if (args.target === undefined) return undefined;
  if (args.clock === 'virtual') return '--target needs --clock real.';
  if (args.store !== 'memory') return '--store is of our own stack; a target has its own.';
  if (args.port !== 0) return '--port is of our own stack; the target file has `platforms`.';
  return undefined;
}

/** Where the target finds the platforms; nothing without a target. */
export function describePlatforms({ target, org }: Plan): string {
  if (target === undefined) return '';
  const lines = Object.entries(target.channels).map(([id, { webhookUrl, port }]) => {
    const type = org.channels[id]?.type;
    return `  ${id}: ${type} platform at http://${target.host}:${port}, webhooks to ${webhookUrl}`;
  });
  return `${target.name}:\n${lines.join('\n')}\n`;
}
