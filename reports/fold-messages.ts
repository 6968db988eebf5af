/** What facts about messages, sessions and the wire add to the figures; `fold.ts` has the rest. */
import type { ReceiptStatus } from '../src/message.ts';
import type { Context, Handlers } from './fold.ts';
import type { CountName } from './measures.ts';
import { observe, tally } from './rows.ts';

const REPLIES = { rep: 'repliesByRep', bot: 'botReplies', auto: 'autoReplies' } as const;

const RECEIPTS = {
  sent: undefined,
  delivered: 'delivered',
  read: 'read',
  failed: 'receiptsFailed',
} as const satisfies Record<ReceiptStatus, CountName | undefined>;

export function ofMessages({ rows, measures, series }: Context) {
  const countOf =
    (name: CountName) => (fact: { readonly at: number; readonly channel: string }) => {
      if (measures(fact.at)) tally(rows.touched(fact.channel), name);
    };
  return {
    received: countOf('received'),
    duplicateIgnored: countOf('duplicates'),
    sessionEnded(fact) {
      countOf('sessionsEnded')(fact);
      if (!fact.accepted) countOf('endedUnanswered')(fact);
    },
    flowFailed: countOf('flowFailures'),
    botEngaged: countOf('botEngagements'),
    botLeft(fact) {
      if (fact.outcome === 'handedOver') countOf('botHandOvers')(fact);
    },
    replied(fact) {
      const { channel, queue, rep, by, first, sinceCustomerMs, sinceRequestMs } = fact;
      if (measures(fact.at)) {
        tally(rows.touched(channel, queue, rep), REPLIES[by]);
      }
      if (by !== 'rep') return;
      const settled = (ms: number | undefined): ms is number =>
        ms !== undefined && measures(fact.at - ms);
      if (first && sinceRequestMs !== undefined) {
        series.observe('firstReply', fact.at - sinceRequestMs, sinceRequestMs);
      }
      const touched = rows.touched(channel, queue);
      if (settled(sinceCustomerMs)) observe(touched, 'replyTurnaround', sinceCustomerMs);
      if (first && settled(sinceRequestMs)) observe(touched, 'firstReply', sinceRequestMs);
    },
    sendFailed: (fact) => countOf(fact.definite ? 'sendFailures' : 'sendsUncertain')(fact),
    receipt({ at, channel, status, sinceSentMs }) {
      if (!measures(at - sinceSentMs)) return;
      const touched = rows.touched(channel);
      const name = RECEIPTS[status];
      if (name !== undefined) tally(touched, name);
      if (status === 'delivered') observe(touched, 'deliveryLatency', sinceSentMs);
    },
    consentChanged(fact) {
      if (fact.to === 'OptedOut') countOf('optOuts')(fact);
    },
    masked(fact) {
      for (let i = 0; i < fact.times; i += 1) countOf('masked')(fact);
    },
    erased: countOf('erased'),
    sendUncertain: countOf('sendsUncertain'),
  } satisfies Handlers<
    | 'received'
    | 'duplicateIgnored'
    | 'sessionEnded'
    | 'flowFailed'
    | 'botEngaged'
    | 'botLeft'
    | 'replied'
    | 'sendFailed'
    | 'receipt'
    | 'consentChanged'
    | 'masked'
    | 'erased'
    | 'sendUncertain'
  >;
}

export function ofTheWire({ rows, measures }: Context) {
  return {
    called({ at, channel, direction, status, tookMs }) {
      if (!measures(at - tookMs)) return;
      const touched = rows.touched(channel);
      const webhook = direction === 'webhook';
      tally(touched, webhook ? 'webhooks' : 'apiCalls');
      if (status === 0 || status >= 400) tally(touched, webhook ? 'webhookErrors' : 'apiErrors');
      observe(touched, webhook ? 'webhookAck' : 'apiLatency', tookMs);
    },
    webhookRefused({ at, channel }) {
      if (measures(at)) tally(rows.touched(channel), 'webhookRefusals');
    },
    faultInjected({ at, channel }) {
      if (measures(at)) tally(rows.touched(channel), 'faultsInjected');
    },
  } satisfies Handlers<'called' | 'webhookRefused' | 'faultInjected'>;
}
