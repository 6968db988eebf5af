/**
 * The words of the reports: every latency and every count, what each means, and by what it can be
 * told apart. Literal tables; the shares, which are made of these, stand in `shares.ts`.
 */

/** What a figure can be told apart by; `rep` takes a pool too, `skill` is what work asks for. */
export type Dimension = 'channel' | 'queue' | 'skill' | 'rep';

interface Measure {
  readonly by: readonly Dimension[];
  readonly meaning: string;
}
interface Latency extends Measure {
  /** Completes the sentence `no data: ...`. */
  readonly noData: string;
}

export const LATENCIES = {
  routingLatency: {
    by: ['channel', 'queue', 'skill'],
    meaning: 'from queued to the first push to a rep',
    noData: 'nothing was pushed to a rep',
  },
  pushToAccept: {
    by: ['channel', 'queue', 'skill'],
    meaning: 'from the push that was accepted to its accept',
    noData: 'nobody was accepted',
  },
  speedToAnswer: {
    by: ['channel', 'queue', 'skill', 'rep'],
    meaning: 'from queued to accepted, of the accepted',
    noData: 'nobody was accepted',
  },
  firstReply: {
    by: ['channel', 'queue'],
    meaning: 'from queued to the first message of a rep taken by the platform',
    noData: 'no rep wrote a first reply',
  },
  replyTurnaround: {
    by: ['channel', 'queue'],
    meaning: 'from the oldest unanswered customer message to the reply of a rep',
    noData: 'no rep answered a customer message',
  },
  webhookToReply: {
    by: ['channel'],
    meaning: 'as the customer sees it: from the intended send to the reply of a rep in hand',
    noData: 'no customer heard from a rep',
  },
  handleTime: {
    by: ['channel', 'queue', 'skill', 'rep'],
    meaning: 'from accepted to closed, after-work included',
    noData: 'no accepted work was closed',
  },
  conversationTime: {
    by: ['channel'],
    meaning: 'from the arrival of a customer to their leaving',
    noData: 'no conversation came to its end',
  },
  waitOfNeverAccepted: {
    by: ['channel', 'queue', 'skill'],
    meaning: 'from queued to withdrawn, or to the end of the run (then it is "at least")',
    noData: 'everybody was accepted',
  },
  deliveryLatency: {
    by: ['channel'],
    meaning: 'from sent to the receipt that says delivered',
    noData: 'no message was reported as delivered',
  },
  webhookAck: {
    by: ['channel'],
    meaning: "from a platform's webhook call to the stack's answer",
    noData: 'no webhook was called',
  },
  apiLatency: {
    by: ['channel'],
    meaning: "from the stack's call of a platform to its answer",
    noData: 'no platform was called',
  },
} as const satisfies Record<string, Latency>;

/** Of the customers: how their conversations went. */
export const CONVERSATION_COUNTS = {
  arrived: { by: ['channel'], meaning: 'conversations begun' },
  completed: { by: ['channel'], meaning: 'the script ran to its end' },
  gaveUp: { by: ['channel'], meaning: 'patience ended before a rep was heard' },
  unanswered: { by: ['channel'], meaning: 'an expected reply did not come in time' },
  refused: { by: ['channel'], meaning: "the customer's message was not taken" },
  cutShort: { by: ['channel'], meaning: 'the stack or the rep ended it before the script did' },
  switched: { by: ['channel'], meaning: 'went on on another channel, as another conversation' },
  open: { by: ['channel'], meaning: 'not over when the run ended' },
} as const satisfies Record<string, Measure>;

/** Of the work, the messages and the wire. */
export const STACK_COUNTS = {
  queued: { by: ['channel', 'queue', 'skill'], meaning: 'work items offered to a queue' },
  pushed: { by: ['channel', 'queue', 'skill', 'rep'], meaning: 'pushes to a rep' },
  accepted: { by: ['channel', 'queue', 'skill', 'rep'], meaning: 'work items accepted by a rep' },
  declines: { by: ['channel', 'queue', 'rep'], meaning: 'pushes declined' },
  pushTimeouts: { by: ['channel', 'queue', 'rep'], meaning: 'pushes that rang in vain' },
  pushesCancelled: {
    by: ['channel', 'queue', 'rep'],
    meaning: 'pushes ended because the item or the rep went away',
  },
  abandoned: {
    by: ['channel', 'queue', 'skill'],
    meaning: 'work items withdrawn by the customer or the system before an accept',
  },
  ties: {
    by: ['channel', 'queue', 'rep'],
    meaning: 'pushes for which the routing model could not tell reps apart (choice C2)',
  },
  pushesBeyondCapacity: {
    by: ['channel', 'queue', 'rep'],
    meaning: 'pushes that did not ask for capacity: of supervisors, or of partners that skip it',
  },
  transfers: { by: ['channel', 'queue', 'rep'], meaning: 'accepted work passed on to others' },
  closedByLogout: {
    by: ['channel', 'queue', 'rep'],
    meaning: 'open work that counts as closed because its rep went offline',
  },
  limitExceeded: {
    by: ['channel', 'queue', 'skill'],
    meaning: "work items kept out of the queue by the org's limits",
  },
  takenOver: {
    by: ['channel', 'queue'],
    meaning: 'waiting work items whose owner was changed by hand: in no queue any more',
  },
  stillWaiting: {
    by: ['channel', 'queue', 'skill'],
    meaning: 'work items neither accepted nor withdrawn',
  },
  closed: { by: ['channel', 'queue', 'skill', 'rep'], meaning: 'accepted work closed' },
  said: { by: ['channel'], meaning: 'messages customers sent' },
  received: { by: ['channel'], meaning: 'customer messages the stack took' },
  duplicates: { by: ['channel'], meaning: 'messages delivered again and ignored' },
  repliesByRep: { by: ['channel', 'queue', 'rep'], meaning: 'messages of reps taken by platforms' },
  autoReplies: { by: ['channel'], meaning: 'automatic messages taken by platforms' },
  heardFromRep: { by: ['channel'], meaning: 'messages of reps that reached customers' },
  heardFromBot: { by: ['channel'], meaning: 'messages of bots that reached customers' },
  heardAuto: { by: ['channel'], meaning: 'automatic messages that reached customers' },
  expectationsMissed: { by: ['channel'], meaning: 'expected replies that did not come in time' },
  sendFailures: { by: ['channel'], meaning: 'sends that surely failed' },
  sendsUncertain: { by: ['channel'], meaning: 'sends of which nobody can tell' },
  delivered: { by: ['channel'], meaning: 'receipts that say delivered' },
  read: { by: ['channel'], meaning: 'receipts that say read' },
  receiptsFailed: { by: ['channel'], meaning: 'receipts that say failed' },
  sessionsEnded: { by: ['channel'], meaning: 'messaging sessions ended' },
  endedUnanswered: {
    by: ['channel'],
    meaning: 'messaging sessions ended before a rep accepted, by whomever',
  },
  flowFailures: { by: ['channel'], meaning: 'flows that failed: the fallback queue was used' },
  botEngagements: { by: ['channel'], meaning: 'sessions that a bot took' },
  botHandOvers: { by: ['channel'], meaning: 'sessions that a bot handed over' },
  botReplies: { by: ['channel'], meaning: 'messages of bots taken by platforms' },
  optOuts: { by: ['channel'], meaning: 'customers who opted out' },
  masked: { by: ['channel'], meaning: 'pieces taken out of messages by sensitive-data rules' },
  erased: { by: ['channel'], meaning: 'end users forgotten upon request' },
  webhooks: { by: ['channel'], meaning: 'webhook calls' },
  webhookErrors: { by: ['channel'], meaning: 'webhook calls without answer or with status >= 400' },
  webhookRefusals: { by: ['channel'], meaning: 'webhook calls the stack refused' },
  apiCalls: { by: ['channel'], meaning: 'calls of platforms' },
  apiErrors: { by: ['channel'], meaning: 'calls of platforms that failed likewise' },
  faultsInjected: { by: ['channel'], meaning: 'faults the harness put in' },
} as const satisfies Record<string, Measure>;

export const COUNTS = { ...CONVERSATION_COUNTS, ...STACK_COUNTS } as const;

export type LatencyName = keyof typeof LATENCIES;
export type CountName = keyof typeof COUNTS;

/** The names of a table that can be told apart by a dimension. */
export type NameBy<T extends Record<string, Measure>, D extends Dimension> = {
  [K in keyof T & string]: D extends T[K]['by'][number] ? K : never;
}[keyof T & string];

export function namesOf<T extends object>(table: T): (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}

export function namesBy<T extends Record<string, Measure>, D extends Dimension>(
  table: T,
  dimension: D,
): NameBy<T, D>[] {
  const names = namesOf(table).filter((name) => table[name]?.by.includes(dimension));
  return names as string[] as NameBy<T, D>[];
}
