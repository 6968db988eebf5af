/**
 * The shares (rates, service levels): each is a part over a whole, both read off one row.
 * Service levels have a time T; `t` is the position of that T among the run's thresholds.
 */
import type { Dimension } from './measures.ts';
import type { Row } from './rows.ts';

export interface Share {
  readonly part: number;
  readonly whole: number;
}
interface ShareMeasure {
  readonly by: readonly Dimension[];
  readonly meaning: string;
  readonly noData: string;
}
interface PlainShare extends ShareMeasure {
  readonly of: (row: Row) => Share;
}
interface TimedShare extends ShareMeasure {
  readonly of: (row: Row, t: number) => Share;
}

export const RATES = {
  abandonment: {
    by: ['channel', 'queue', 'skill'],
    meaning: 'abandoned / queued',
    noData: 'nothing was queued',
    of: ({ counts }) => ({ part: counts.abandoned, whole: counts.queued }),
  },
  gaveUp: {
    by: ['channel'],
    meaning: 'gaveUp / arrived: abandonment as the customers count it',
    noData: 'no customer arrived',
    of: ({ counts }) => ({ part: counts.gaveUp, whole: counts.arrived }),
  },
  declines: {
    by: ['channel', 'queue', 'rep'],
    meaning: 'declines / pushed',
    noData: 'nothing was pushed to a rep',
    of: ({ counts }) => ({ part: counts.declines, whole: counts.pushed }),
  },
  pushTimeouts: {
    by: ['channel', 'queue', 'rep'],
    meaning: 'pushTimeouts / pushed',
    noData: 'nothing was pushed to a rep',
    of: ({ counts }) => ({ part: counts.pushTimeouts, whole: counts.pushed }),
  },
  deliveryFailures: {
    by: ['channel'],
    meaning: 'sendFailures + receiptsFailed / messages taken by platforms + sendFailures',
    noData: 'no message was sent to a customer',
    of: ({ counts }) => ({
      part: counts.sendFailures + counts.receiptsFailed,
      whole: counts.repliesByRep + counts.autoReplies + counts.sendFailures,
    }),
  },
  webhookRefusals: {
    by: ['channel'],
    meaning: 'webhookRefusals / webhooks',
    noData: 'no webhook was called',
    of: ({ counts }) => ({ part: counts.webhookRefusals, whole: counts.webhooks }),
  },
  occupancy: {
    by: ['rep'],
    meaning: 'capacity units held / capacity units there were, over the time online',
    noData: 'no rep was online',
    of: ({ time }) => ({ part: time.busyUnitMs, whole: time.capacityUnitMs }),
  },
  utilisation: {
    by: ['rep'],
    meaning: 'time online with at least one work item / time online',
    noData: 'no rep was online',
    of: ({ time }) => ({ part: time.engagedMs, whole: time.onlineMs }),
  },
} as const satisfies Record<string, PlainShare>;

export const SERVICE_LEVELS = {
  serviceLevel: {
    by: ['channel', 'queue', 'skill'],
    meaning: 'accepted within T / queued: abandoned and never accepted count against it',
    noData: 'nothing was queued',
    of: (row, t) => ({ part: row.acceptedWithin[t] ?? 0, whole: row.counts.queued }),
  },
  serviceLevelOfAnswered: {
    by: ['channel', 'queue', 'skill'],
    meaning: 'accepted within T / accepted',
    noData: 'nobody was accepted',
    of: (row, t) => ({ part: row.acceptedWithin[t] ?? 0, whole: row.counts.accepted }),
  },
  serviceLevelCountingShortAbandons: {
    by: ['channel', 'queue', 'skill'],
    meaning: 'accepted within T or abandoned before T / queued',
    noData: 'nothing was queued',
    of: (row, t) => ({
      part: (row.acceptedWithin[t] ?? 0) + (row.abandonedBefore[t] ?? 0),
      whole: row.counts.queued,
    }),
  },
  serviceLevelExcludingShortAbandons: {
    by: ['channel', 'queue', 'skill'],
    meaning: 'accepted within T / queued less those abandoned before T',
    noData: 'nothing was queued but what was abandoned at once',
    of: (row, t) => ({
      part: row.acceptedWithin[t] ?? 0,
      whole: row.counts.queued - (row.abandonedBefore[t] ?? 0),
    }),
  },
} as const satisfies Record<string, TimedShare>;

export type RateName = keyof typeof RATES;
export type ServiceLevelName = keyof typeof SERVICE_LEVELS;

/** Thresholds every run counts, whatever its budgets ask. */
export const DEFAULT_THRESHOLDS_MS = [20_000, 60_000, 300_000] as const;

/** `60s`: how results name a threshold. */
export function thresholdName(ms: number): string {
  return `${ms / 1000}s`;
}
