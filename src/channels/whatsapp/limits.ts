/**
 * Documented limits of the WhatsApp Cloud API, and what can be sent as what because of them.
 * Lengths are counted in UTF-16 units, which is never less than Meta's count of characters.
 */
import type { Choice } from '../../message.ts';

const SECOND = 1000;
const HOUR = 3_600 * SECOND;

/** The customer service window, from the customer's last message (Meta docs: Send messages). */
export const CUSTOMER_SERVICE_WINDOW_MS = 24 * HOUR;

export const WHATSAPP_LIMITS = {
  replyWindowMs: CUSTOMER_SERVICE_WINDOW_MS,
  /** `text.body` (Meta docs: Text messages). */
  text: 4096,
  /** Of an image, a video or a document (Cloud API reference: Messages, media object). */
  caption: 1024,
  /** `interactive.body.text`; a button message (same reference, interactive object). */
  body: 1024,
  /** The same of a list message (Meta docs: Interactive list messages). */
  listBody: 4096,
  /** Header text and footer text of an interactive message (same reference). */
  headerOrFooter: 60,
  /** Reply buttons of a message, their titles and ids (Meta docs: Interactive reply buttons). */
  buttons: 3,
  buttonTitle: 20,
  buttonId: 256,
  /** Label that opens a list (Meta docs: Interactive list messages). */
  listButton: 20,
  sections: 10,
  sectionTitle: 24,
  /** Rows of a list, over all its sections (same page, and the next three). */
  rows: 10,
  rowTitle: 24,
  rowId: 200,
  rowDescription: 72,
  /** Contact cards in a message (Cloud API reference: Messages, contacts). */
  contacts: 5,
  /** Messages a second a number may send; Meta raises it to 1,000 (docs: Throughput). */
  messagesPerSecond: 80,
  /** One message to one user in so long (docs: Throughput, pair rate limit). */
  pairIntervalMs: 6 * SECOND,
  /** Messages to one user that may go at once, borrowed from the time to come (same page). */
  pairBurst: 45,
  /** Meta tries a webhook again for so long (docs: Webhooks, "If a webhook is unsuccessful"). */
  webhookRetryMs: 7 * 24 * HOUR,
  /** How often at most; how often Meta does is not documented. */
  webhookRetries: 5,
  /** No answer for so long is a time-out (not published; between 5 and 20 s as is heard). */
  webhookTimeoutMs: 20 * SECOND,
} as const;

export type WhatsAppLimits = { readonly [K in keyof typeof WHATSAPP_LIMITS]: number };

/** How choices can be offered: as buttons, as a list, or (nothing) only as words. */
export function interactiveKindOf(
  choices: readonly Choice[],
  limits: WhatsAppLimits,
): 'button' | 'list' | undefined {
  const { buttons, buttonTitle, buttonId, rows, rowTitle, rowId } = limits;
  const isDistinct = new Set(choices.map(({ id }) => id)).size === choices.length;
  const fits = (count: number, titleLength: number, idLength: number) =>
    choices.length <= count &&
    choices.every(({ id, title }) => within(title, titleLength) && within(id, idLength));
  if (choices.length === 0 || !isDistinct) return undefined;
  if (fits(buttons, buttonTitle, buttonId)) return 'button';
  return fits(rows, rowTitle, rowId) ? 'list' : undefined;
}

export type MediaKind = 'image' | 'video' | 'audio' | 'document';

/** What a file can be sent as; what WhatsApp can't show or play goes as a document. */
export function mediaKindOf(mimeType: string): MediaKind {
  const type = mimeType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return MEDIA_KINDS.get(type) ?? 'document';
}

/** Supported media types (Meta docs: Media). */
const MEDIA_KINDS: ReadonlyMap<string, MediaKind> = new Map([
  ['image/jpeg', 'image'],
  ['image/png', 'image'],
  ['video/mp4', 'video'],
  ['video/3gpp', 'video'],
  ['audio/aac', 'audio'],
  ['audio/amr', 'audio'],
  ['audio/mpeg', 'audio'],
  ['audio/mp4', 'audio'],
  ['audio/ogg', 'audio'],
]);

function within(text: string, limit: number): boolean {
  return text.trim() !== '' && text.length <= limit;
}
