/** Parts of a RunResult that pages draw: the run over time, distributions, conversations. */
import { z } from 'zod';
import { LATENCIES, type LatencyName, namesOf } from './measures.ts';

const count = z.int().nonnegative();
const ms = z.number();

/** Columns by stretch; null where nothing was observed. By when what is measured began. */
export const followed = z.strictObject({
  n: z.array(count),
  p50: z.array(ms.nullable()),
  p95: z.array(ms.nullable()),
});

/** A rep over the run, by stretch; null for what the run did not reach. */
export const repTimeline = z.strictObject({
  rep: z.string(),
  /** Share of the stretch online. */
  online: z.array(z.number().nullable()),
  /** Mean of the capacity units held while online. */
  held: z.array(z.number().nullable()),
});

/** A latency as a histogram with buckets of 0.4 %: of everything, or of a row. */
export const distribution = z.strictObject({
  by: z.enum(['channel', 'queue']).optional(),
  id: z.string().optional(),
  measure: z.enum<LatencyName[]>(namesOf(LATENCIES)),
  n: count,
  min: ms,
  max: ms,
  /** Buckets per doubling: bucket i begins where `histogram.ts` says. */
  precision: count,
  /** Values below 1 us. */
  zeros: count,
  /** Index of a bucket in us and how many are in it, in turn. */
  cells: z.array(count),
});

/** A conversation worth looking at. No bodies. */
export const worst = z.strictObject({
  conversation: count,
  channel: z.string(),
  script: z.string(),
  outcome: z.string(),
  why: z.array(z.enum(['longestWait', 'slowestReply', 'gaveUp'])),
  beganMs: ms,
  lastedMs: ms,
  /** The longest time from queued to accepted, or to the end of waiting. */
  waitMs: ms,
  /** The longest time from what the customer said to a rep's reply in hand. */
  slowestReplyMs: ms,
  moments: z.array(
    z.strictObject({
      /** Since the conversation began. */
      atMs: ms,
      what: z.enum([
        ...['said', 'heard', 'missed', 'left', 'queued', 'pushed', 'declined', 'rangInVain'],
        ...['accepted', 'withdrawn', 'replied', 'sendFailed', 'transferred', 'closed'],
      ] as const),
      /** A rep, a queue, a voice, an outcome. */
      who: z.string().optional(),
    }),
  ),
  /** Moments that were left out. */
  moreMoments: count,
});
