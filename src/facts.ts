/**
 * The closed list of facts a run leaves. Every number in a report is computed from these.
 * `at` is ms since the run began. Each fact carries the durations it settles, so that a reader
 * needs little memory. Facts hold no message bodies.
 */
import type { ReceiptStatus, SendFailure } from './message.ts';
import type { EndedBy } from './sessions/thread.ts';

export type Fact = CustomerFact | StackFact | PlatformFact;
export type FactType = Fact['type'];

interface At {
  readonly at: number;
}
interface OfConversation extends At {
  /** The simulated customer's number. */
  readonly conversation: number;
  readonly channel: string;
}
interface OfSession extends At {
  readonly channel: string;
  readonly session: string;
}
interface OfWork extends OfSession {
  readonly work: string;
  readonly queue: string;
}
interface OfPush extends OfWork {
  /** The AgentWork: one push of one work item to one rep. */
  readonly agentWork: string;
  readonly rep: string;
  /** Capacity units the push holds. */
  readonly units: number;
}

/** Recorded by the simulated customers. */
export type CustomerFact =
  | (OfConversation & {
      readonly type: 'arrived';
      readonly script: string;
      readonly endUser: string;
    })
  /** A message left the customer's hands. */
  | (OfConversation & { readonly type: 'said'; readonly turn: number })
  /** A reply reached the customer; `sinceSaidMs` counts from the intended send time. */
  | (OfConversation & {
      readonly type: 'heard';
      readonly from: 'rep' | 'auto';
      /** The first message from a rep in this conversation. */
      readonly first: boolean;
      /** Absent when it answers nothing (the customer had said nothing since the last reply). */
      readonly sinceSaidMs?: number;
    })
  | (OfConversation & {
      readonly type: 'expectationMissed';
      /** Position of the step in the script, from 1. */
      readonly step: number;
      readonly waitedMs: number;
    })
  /** The conversation is over for the customer; `lastedMs` counts from the arrival. */
  | (OfConversation & {
      readonly type: 'left';
      readonly outcome: Outcome;
      readonly lastedMs: number;
    });

/** How a conversation ended for the customer. */
export type Outcome =
  /** The script ran to its end. */
  | 'completed'
  /** Patience ended before a rep was heard. */
  | 'abandoned'
  /** An expected reply did not come in time, after a rep had been heard. */
  | 'unanswered'
  /** The platform or the stack would not take the customer's message. */
  | 'refused'
  /** The stack or the rep ended it before the script did. */
  | 'cutShort';

/** Recorded by the stack. */
export type StackFact =
  | (At & {
      readonly type: 'webhookRefused';
      readonly channel: string;
      readonly reason: string;
      readonly status: number;
    })
  | (OfSession & {
      readonly type: 'received';
      readonly endUser: string;
      readonly messageId: string;
    })
  | (At & {
      readonly type: 'duplicateIgnored';
      readonly channel: string;
      readonly messageId: string;
    })
  /** A PendingServiceRouting was made. `at` is the request time all waits count from. */
  | (OfWork & { readonly type: 'queued'; readonly priority: number })
  | (OfPush & {
      readonly type: 'pushed';
      readonly attempt: number;
      readonly sinceRequestMs: number;
    })
  | (OfPush & {
      readonly type: 'accepted';
      readonly sincePushMs: number;
      readonly sinceRequestMs: number;
    })
  | (OfPush & { readonly type: 'declined'; readonly sincePushMs: number; readonly reason?: string })
  | (OfPush & { readonly type: 'pushTimedOut'; readonly sincePushMs: number })
  /** A push ended because the item went away or the rep did. */
  | (OfPush & { readonly type: 'pushCancelled'; readonly reason: string })
  /** The item left the backlog without being accepted. */
  | (OfWork & { readonly type: 'withdrawn'; readonly by: EndedBy; readonly sinceRequestMs: number })
  /** A rep's or automatic message was taken by the platform. */
  | (OfSession & {
      readonly type: 'replied';
      readonly by: 'rep' | 'auto';
      readonly rep?: string;
      readonly queue?: string;
      readonly messageId: string;
      /** First message from a rep in this session. */
      readonly first: boolean;
      /** Since the oldest customer message it answers; absent when it answers none. */
      readonly sinceCustomerMs?: number;
      /** Since the work item was requested; on the first reply only. */
      readonly sinceRequestMs?: number;
    })
  | (OfSession & {
      readonly type: 'sendFailed';
      readonly failure: SendFailure;
      readonly code: string;
      readonly definite: boolean;
    })
  | (OfSession & {
      readonly type: 'receipt';
      readonly status: ReceiptStatus;
      readonly sinceSentMs: number;
      readonly code?: string;
    })
  | (At & {
      readonly type: 'consentChanged';
      readonly channel: string;
      readonly endUser: string;
      readonly to: 'OptedOut' | 'ImplicitlyOptedIn';
    })
  | (OfSession & {
      readonly type: 'sessionEnded';
      readonly by: EndedBy;
      readonly accepted: boolean;
    })
  /** AgentWork Closed: the rep's capacity is free again. `handleMs` includes the after-work. */
  | (OfPush & { readonly type: 'closed'; readonly handleMs: number })
  | (At & {
      readonly type: 'presence';
      readonly rep: string;
      readonly status: string;
      readonly online: boolean;
      readonly capacity: number;
    });

/** Recorded at the edge between the stack and the platforms. */
export type PlatformFact =
  /** One HTTP call, either way; `status` 0 when no answer came. */
  | (At & {
      readonly type: 'called';
      readonly direction: 'webhook' | 'api';
      readonly channel: string;
      readonly status: number;
      readonly tookMs: number;
    })
  | (At & { readonly type: 'faultInjected'; readonly channel: string; readonly fault: string });
