/**
 * A stack that is not ours, in real time somewhere else: where it takes webhooks, and whose its
 * replies are. Plain data; `scenario/target.ts` reads it from a file or an address.
 */
import { Socket } from 'node:net';
import { StackError } from '../src/errors.ts';
import { EXIT } from './exit-codes.ts';
import { Obstacle } from './failure.ts';
import type { Voice, Voices } from './voices.ts';

export interface Target {
  /** For people. */
  readonly name: string;
  /** By channel: those that customers of the scenario use. */
  readonly channels: Readonly<Record<string, TargetChannel>>;
  /** Whose words a reply is: the first that matches says it. */
  readonly replies: readonly { readonly from: Voice; readonly matches: RegExp }[];
  /** Whether each run has customers that were never seen, or the same as every other. */
  readonly customers: 'new' | 'same';
  /** Where reps sit down; absent: there are none of ours. */
  readonly deskUrl?: string;
  /** Where the platforms listen. */
  readonly host: string;
}

export interface TargetChannel {
  readonly webhookUrl: string;
  /** Of the platform's API. */
  readonly port: number;
}

/** Tells voices by the target's rules; where none says it, as `otherwise` does. */
export function voicesOfTarget({ replies }: Pick<Target, 'replies'>, otherwise: Voices): Voices {
  return {
    of: (channel, text) =>
      replies.find(({ matches }) => matches.test(text))?.from ?? otherwise.of(channel, text),
  };
}

/** Rethrows why a platform of a target can't listen, with what to do about it. */
export function explainPorts(error: unknown): never {
  if (!(error instanceof StackError)) throw error;
  const advice = 'Choose other ports in the target file: platforms.port, or channels.ID.port.';
  throw new Obstacle(EXIT.cannotListen, `rehearse: ${error.message}. ${advice}`);
}

const REACHED_WITHIN_MS = 3000;

/** Rejects with `Obstacle` when nobody listens where a webhook shall go. */
export async function reach({ channels }: Target): Promise<void> {
  for (const [id, { webhookUrl }] of Object.entries(channels)) {
    if (await listens(new URL(webhookUrl))) continue;
    const text = `nothing listens at ${webhookUrl} (${id}); start the stack first.`;
    throw new Obstacle(EXIT.target, `rehearse: ${text}`);
  }
}

function listens({ hostname, port, protocol }: URL): Promise<boolean> {
  const socket = new Socket();
  const usual = protocol === 'https:' ? 443 : 80;
  return new Promise<boolean>((resolve) => {
    socket.setTimeout(REACHED_WITHIN_MS, () => resolve(false));
    socket.on('error', () => resolve(false));
    const host = hostname.replace(/^\[|\]$/g, '');
    socket.connect(port === '' ? usual : Number(port), host, () => resolve(true));
  }).finally(() => socket.destroy());
}
