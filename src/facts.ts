/**
 * The closed list of facts a run leaves. Every number in a report is computed from these.
 * `at` is ms since the run began. Each fact carries the durations it settles, so that a reader
 * needs little memory. Facts hold no message bodies.
 */
import type { ReceiptStatus, SendFailure } from './message.ts';
import type { ChoiceName } from './router/choices.ts';
import type { SkillRequirement } from './router/flow.ts';
import type { ConsentStatus, EndedBy } from './sessions/thread.ts';

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
  /** Of which pool; absent: the primary one. */
  readonly pool?: 'interruptible';
}

/** Recorded by the simulated customers. */
export type CustomerFact =
  | (OfConversation & {
      readonly type: 'arrived';
      readonly script: string;
      readonly endUser: string;
      /** Which time they come back, from 1; absent: the first visit. */
      readonly visit?: number;
    })
  /** A message left the customer's hands. */
  | (OfConversation & { readonly type: 'said'; readonly turn: number })
  /** A reply reached the customer; `sinceSaidMs` counts from the intended send time. */
  | (OfConversation & {
      readonly type: 'heard';
      readonly from: 'rep' | 'bot' | 'auto';
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
  | 'cutShort'
  /** They went on on another channel, as a conversation of its own. */
  | 'switched';

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
  | (OfWork & {
      readonly type: 'queued';
      readonly priority: number;
      readonly secondaryPriority?: number;
      readonly acceptByMs?: number;
      /** Routed by skills. */
      readonly skills?: readonly SkillRequirement[];
      readonly preferredRep?: string;
      readonly repRequired?: boolean;
      /** The rep who passed it on. */
      readonly transferredBy?: string;
      /** The request time, if it is not `at`: a reassigned item keeps its age. */
      readonly requestedAtMs?: number;
    })
  /** The org's limits kept the item out of the backlog; nobody will ever be asked. */
  | (OfWork & { readonly type: 'limitExceeded'; readonly limit: Limit; readonly assignee?: string })
  | (OfPush & {
      readonly type: 'pushed';
      readonly attempt: number;
      readonly sinceRequestMs: number;
      /** Eligible reps the routing model could not tell apart; 1: no tie. */
      readonly tied: number;
      /** The rule by which it may exceed the rep's capacity. */
      readonly beyond?: 'supervisor' | 'partner';
      /** Additional skills that were not waited for any more. */
      readonly dropped?: readonly string[];
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
  /** Somebody became the owner by hand; it waits in no queue any more. */
  | (OfWork & {
      readonly type: 'takenOver';
      readonly owner: string;
      readonly sinceRequestMs: number;
    })
  /** The item left the backlog without being accepted. */
  | (OfWork & { readonly type: 'withdrawn'; readonly by: EndedBy; readonly sinceRequestMs: number })
  /** A rep's or automatic message was taken by the platform. */
  | (OfSession & {
      readonly type: 'replied';
      readonly by: 'rep' | 'bot' | 'auto';
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
      readonly to: ConsentStatus;
    })
  | (OfSession & {
      readonly type: 'sessionEnded';
      readonly by: EndedBy;
      readonly accepted: boolean;
    })
  /**
   * AgentWork Closed or Transferred: the rep's capacity is free again. `handleMs` includes the
   * after-work.
   */
  | (OfPush & { readonly type: 'closed'; readonly handleMs: number; readonly by: ClosedBy })
  /** Opened work holds other units than before: `units` is what it holds from now on. */
  | (OfPush & { readonly type: 'paused' | 'resumed'; readonly heldBefore: number })
  /** A sensitive-data rule took something out of a message. */
  | (At & {
      readonly type: 'masked';
      readonly channel: string;
      readonly rule: string;
      readonly by: 'rep' | 'visitor' | 'supervisor';
      readonly times: number;
    })
  /** An end user was forgotten upon request. */
  | (At & { readonly type: 'erased'; readonly channel: string })
  /** A process ended before it knew whether the platform has taken a message. */
  | (At & { readonly type: 'sendUncertain'; readonly channel: string; readonly session: string })
  /** One of the numbered choices for what is undocumented decided something. */
  | (At & { readonly type: 'decided'; readonly choice: ChoiceName; readonly work: string })
  /** A supervisor gave a rep other queues or skills. */
  | (At & {
      readonly type: 'repChanged';
      readonly rep: string;
      readonly queues: readonly string[];
      readonly skills: Readonly<Record<string, number>>;
    })
  /** A session's flow failed; it went to the fallback queue. */
  | (OfSession & { readonly type: 'flowFailed'; readonly flow: string; readonly reason: string })
  /** A bot took a session, and what became of it. */
  | (OfSession & { readonly type: 'botEngaged'; readonly bot: string; readonly work: string })
  | (OfSession & {
      readonly type: 'botLeft';
      readonly bot: string;
      readonly work: string;
      readonly outcome: 'handedOver' | 'ended';
      readonly lastedMs: number;
    })
  | (At & {
      readonly type: 'presence';
      readonly rep: string;
      readonly status: string;
      readonly online: boolean;
      readonly capacity: number;
      /** Number of the presence session. */
      readonly login: number;
      /** Service channels the status is online for, if not all. */
      readonly channels?: readonly string[];
      /** Capacity of the interruptible pool, if it is another. */
      readonly interruptible?: number;
    });

type Limit = 'maxWaitingItems' | 'maxItemsPerHour';

/** Whose doing the end of opened work was. */
export type ClosedBy = 'rep' | 'logout' | 'afterWork' | 'status' | 'transfer' | 'inactivity';

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
