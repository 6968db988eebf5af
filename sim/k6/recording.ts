/** What an exported script knows of itself: `recording.json`, and the first line of its log. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Plan } from '../plan.ts';
import type { RecordedWebhook } from './record.ts';

const ms = z.number().nonnegative();

export const recordingSchema = z.object({
  /** Of these very webhooks: the same scenario recorded again has another one. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  scenario: z.object({
    name: z.string(),
    title: z.string().optional(),
    file: z.string(),
    sha256: z.string(),
  }),
  seed: z.number(),
  target: z.string(),
  /** Webhooks in all. */
  count: z.int().positive().max(20_000_000),
  lastsMs: ms.positive(),
  warmUpMs: ms,
  lastAtMs: ms,
  /** Webhooks in the busiest second. */
  busiest: z.int().positive(),
  machines: z.int().positive(),
  /** Of the webhooks. */
  channels: z.array(z.string()),
  budgets: z.array(z.object({ text: z.string(), line: z.int() })),
});

export type Recording = z.infer<typeof recordingSchema>;

export interface RecordingParts {
  readonly target: string;
  readonly machines: number;
  /** In order. At least one. */
  readonly webhooks: readonly RecordedWebhook[];
}

export function recordingOf(plan: Plan, { target, machines, webhooks }: RecordingParts): Recording {
  const { name, title, file, sha256, seed, lastsMs, warmUpMs, budgets } = plan;
  return {
    id: idOf(webhooks),
    scenario: { name, ...(title !== undefined && { title }), file, sha256 },
    ...{ seed, target, count: webhooks.length, lastsMs, warmUpMs },
    lastAtMs: webhooks.at(-1)?.at ?? 0,
    ...{ busiest: busiestOf(webhooks), machines },
    channels: [...new Set(webhooks.map(({ channel }) => channel))].sort(),
    budgets: budgets.map(({ text, line }) => ({ text, line })),
  };
}

function idOf(webhooks: readonly RecordedWebhook[]): string {
  const hash = createHash('sha256');
  for (const webhook of webhooks) hash.update(JSON.stringify(webhook));
  return hash.digest('hex').slice(0, 16);
}

/** The most webhooks within a second. */
export function busiestOf(webhooks: readonly Pick<RecordedWebhook, 'at'>[]): number {
  let most = 0;
  let from = 0;
  for (const [until, { at }] of webhooks.entries()) {
    while ((webhooks[from]?.at ?? at) <= at - 1000) from += 1;
    most = Math.max(most, until - from + 1);
  }
  return most;
}
