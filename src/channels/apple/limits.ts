/**
 * Documented limits of Apple Messages for Business. Apple publishes no rates; those marked
 * (recalled) stand in no document at hand: set others in the org file if need be.
 */
const MINUTE = 60_000;

export const APPLE_LIMITS = {
  /** How old or how new a token may be; by what implementers do, Apple names none. */
  tokenAgeMs: 60 * MINUTE,
  /** Items of a quick reply, and the UTF-16 units a device shows of each (Infobip, ASAPP). */
  quickReplyLeast: 2,
  quickReplies: 5,
  quickReplyTitle: 24,
  /** Items offered in one list; Apple names no number. */
  listItems: 100,
  /** Bytes of an attachment (Apple Business Register: attachments). */
  attachmentBytes: 100_000_000,
  /** Bytes of a message's JSON; more is 413 (recalled). */
  messageBytes: 1_000_000,
  /** Interactive data above this goes by reference (Apple Business Register: data reference). */
  inlineBytes: 10_240,
  /** A webhook not answered for so long has failed (as Apple's samples do towards Apple). */
  webhookTimeoutMs: 10_000,
  /** How often Apple tries again; none is documented: customers see "Not Delivered". */
  webhookRetries: 0,
  /** Before the first retry, if any; doubled each time. */
  webhookRetryAfterMs: 1000,
  /** What a send to a customer who closed the conversation is answered (recalled). */
  closedStatus: 410,
} as const;
