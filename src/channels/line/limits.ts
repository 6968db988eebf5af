/**
 * Documented limits of the LINE Messaging API, and what can be sent as what because of them.
 * Those marked (recalled) stand in no document at hand: set others in the org file if need be.
 */
import type { Choice } from '../../message.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const LINE_LIMITS = {
  /** Message objects in a request (OpenAPI: ReplyMessageRequest, PushMessageRequest). */
  messagesPerRequest: 5,
  /** UTF-16 units of a text (recalled; LINE docs: Text message). */
  text: 5000,
  /** Quick reply items of a message (OpenAPI: QuickReply). */
  quickReplies: 13,
  /** Label of a quick reply's action (recalled). */
  quickReplyLabel: 20,
  /** `data` of a postback (OpenAPI: PostbackAction). */
  postbackData: 300,
  /** Title and address of a location (recalled). */
  locationText: 100,
  /** An address of media; https only (OpenAPI: ImageMessage). */
  mediaUrl: 2000,
  /** Users of a multicast (OpenAPI: MulticastRequest). */
  multicastUsers: 500,
  /** A request body; more is 413 (reference: Status codes). */
  requestBytes: 2_000_000,
  /** A reply token's life after the webhook was received (reference: Send reply message). */
  replyTokenMs: MINUTE,
  /** The same of an event sent again: from the event itself (same page). */
  redeliveredReplyTokenMs: 20 * MINUTE,
  /** Life of a retry key, from its first use (docs: Retry failed API requests). */
  retryKeyMs: 24 * HOUR,
  /** How often the stack repeats a push that nobody can tell the end of; not LINE's. */
  pushRetries: 2,
  /** Before the first repetition; doubled each time; not LINE's. */
  pushRetryAfterMs: 500,
  /** What the loading animation is asked to last: 5 to 60, in fives (OpenAPI: ShowLoading…). */
  loadingSeconds: 20,
  /** A webhook not answered for so long has failed (docs: Receiving messages). */
  webhookTimeoutMs: 2 * SECOND,
  /** How often a failed webhook is sent again where redelivery is on (undisclosed by LINE). */
  webhookRetries: 3,
  /** Before the first; doubled each time (undisclosed by LINE). */
  webhookRetryAfterMs: 5 * SECOND,
  /** Requests a second of most endpoints (reference: Rate limits); 0: no limit. */
  requestsPerSecond: 2000,
  multicastPerSecond: 200,
  loadingPerSecond: 100,
  /** Of broadcast, narrowcast, webhook tests (same page). */
  broadcastsPerHour: 60,
  /** Of reading and setting the webhook's address (same page). */
  endpointPerMinute: 1000,
  /** Messages by push, multicast and broadcast in a month; 0: unlimited (a plan's). */
  monthlyMessages: 0,
} as const;

/** Whether choices can be offered as quick replies; else only in words. */
export function isQuickReply(
  choices: readonly Choice[],
  limits: { readonly [K in 'quickReplies' | 'quickReplyLabel']: number },
): boolean {
  const fits = ({ title }: Choice) => title !== '' && title.length <= limits.quickReplyLabel;
  return choices.length > 0 && choices.length <= limits.quickReplies && choices.every(fits);
}
