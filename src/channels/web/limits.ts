/**
 * Limits of Messaging for In-App and Web, and what can be sent as what because of them. Lengths are
 * counted in UTF-16 units. There is no reply window: a business may write as long as the
 * conversation is open.
 */
import type { Choice } from '../../message.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const WEB_LIMITS = {
  /** Access tokens an org may have made in a minute (Salesforce help: Messaging Limits); 0: any. */
  tokensPerMinute: 200,
  /** Continuation tokens, likewise (same page). */
  renewalsPerMinute: 200,
  /**
   * Conversations begun in 30 s. Documented as 3 for each page (same page); the edge can't tell
   * pages apart and a whole rehearsal comes from one place, so it is off (0) unless set.
   */
  conversationsPer30s: 0,
  /** Messages of the end user in a minute, for each conversation (same page); 0: any. */
  messagesPerMinute: 22,
  /** Conversations and entries on a page: the most, and unless asked (sample client's comments). */
  page: 50,
  usualPage: 20,
  /** Of a token: verified users' documented default (help: User Verification); guests' likewise. */
  tokenMs: 60 * MINUTE,
  /** Between keep-alives; 0: none. The sample client gives up after 90 s of silence. */
  pingMs: 20 * SECOND,
  /** An event is handed in for so long with one token; ours. */
  serviceTokenMs: 5 * MINUTE,
  /** Text of a message. From memory, not documented where we could look. */
  text: 4096,
  /** A customer's file, in bytes. As clients have it: 5 MB. */
  fileBytes: 5 * 1024 * 1024,
  /** Options shown as buttons, and as quick replies. From memory, likewise. */
  buttons: 3,
  quickReplies: 10,
} as const;

export type WebLimits = { readonly [K in keyof typeof WEB_LIMITS]: number };

/** How choices can be offered; nothing: only as words. */
export function choicesFormatOf(
  choices: readonly Choice[],
  limits: Pick<WebLimits, 'buttons' | 'quickReplies'>,
): 'Buttons' | 'QuickReplies' | undefined {
  const isDistinct = new Set(choices.map(({ id }) => id)).size === choices.length;
  const isNamed = choices.every(({ id, title }) => id !== '' && title.trim() !== '');
  if (choices.length === 0 || !isDistinct || !isNamed) return undefined;
  if (choices.length <= limits.buttons) return 'Buttons';
  return choices.length <= limits.quickReplies ? 'QuickReplies' : undefined;
}
