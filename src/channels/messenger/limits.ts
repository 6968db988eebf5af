/**
 * Documented limits of the Messenger Platform, and what can be sent as what because of them. Those
 * marked (recalled) stand in no document at hand: set others in the org file if need be. Lengths
 * are counted in UTF-16 units, which is never less than Meta's count of characters.
 */
import type { Choice } from '../../message.ts';
import type { MediaType } from './wire.ts';

const SECOND = 1000;
const HOUR = 3_600 * SECOND;
const MEGABYTE = 1_048_576;

export const MESSENGER_LIMITS = {
  /** The standard messaging window, from what the person last did (Meta docs: Policy overview). */
  replyWindowMs: 24 * HOUR,
  /** The same for messages with the HUMAN_AGENT tag (Meta docs: Message tags). */
  humanAgentWindowMs: 7 * 24 * HOUR,
  /** `message.text` (Send API reference: message). */
  text: 2000,
  /** `message.metadata` (recalled). */
  metadata: 1000,
  /** Quick replies of a message (Meta docs: Quick replies). */
  quickReplies: 13,
  /** Their titles: what is over is not shown (same page: "before being truncated"). */
  quickReplyTitle: 20,
  /** Their payloads (recalled). */
  quickReplyPayload: 1000,
  /** `text` and buttons of a button template (Meta docs: Button template). */
  buttonText: 640,
  buttons: 3,
  /** Elements of a generic template (recalled). */
  elements: 10,
  /** An attachment (recalled). */
  attachmentBytes: 25 * MEGABYTE,
  /** Requests of a batch (recalled; Graph API: Batch requests). */
  batchRequests: 50,
  /** Messages a second a page may send; audio and video by themselves (Meta docs: Rate limits). */
  messagesPerSecond: 300,
  mediaPerSecond: 10,
  /** A webhook not answered for so long has failed (Meta docs: Messenger webhooks, FAQ). */
  webhookTimeoutMs: 20 * SECOND,
  /** Meta tries a webhook again for so long (Graph API: Webhooks, "decreasing frequency"). */
  webhookRetryMs: 36 * HOUR,
  /** How often at most: at once, then after 1 s, 2 s, 4 s and so on. Meta's own is unknown. */
  webhookRetries: 5,
} as const;

export type MessengerLimits = { readonly [K in keyof typeof MESSENGER_LIMITS]: number };

/** Whether choices can be offered as quick replies; else only in words. */
export function fitQuickReplies(choices: readonly Choice[], limits: MessengerLimits): boolean {
  const { quickReplies, quickReplyTitle, quickReplyPayload } = limits;
  const fits = ({ id, title }: Choice) =>
    title.trim() !== '' && title.length <= quickReplyTitle && id.length <= quickReplyPayload;
  return choices.length > 0 && choices.length <= quickReplies && choices.every(fits);
}

/** What a file can be sent as; what Messenger can't show or play goes as a file. */
export function mediaTypeOf(mimeType: string): MediaType {
  const [kind = ''] = mimeType.trim().toLowerCase().split('/', 1);
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file';
}
