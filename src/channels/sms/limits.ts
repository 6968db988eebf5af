/**
 * Documented limits of Twilio Programmable Messaging, and the arithmetic that follows from them.
 * Numbers are defaults of the platform, not of an account: rates differ by number and campaign.
 */
import { isLowSurrogate, splitText } from '../split.ts';

export const SMS_LIMITS = {
  /** UTF-16 units in `Body`; longer is error 21617 (Twilio docs: Message resource). */
  bodyUnits: 1600,
  /** Septets in a lone GSM-7 segment (Twilio docs: Message resource, Body). */
  gsmSingle: 160,
  /** Septets in each of several: 7 go to the header that joins them (3GPP TS 23.040). */
  gsmPart: 153,
  /** UTF-16 units in a lone UCS-2 segment (Twilio docs: Message resource, Body). */
  ucsSingle: 70,
  /** UTF-16 units in each of several (3GPP TS 23.040). */
  ucsPart: 67,
  /** `MediaUrl` values; more is error 21623 (Twilio docs: Message resource, MediaUrl). */
  media: 10,
  /** Seconds a message may wait to be sent; also the default (same page, ValidityPeriod). */
  validitySeconds: 36_000,
  /** A sender's queue, in seconds of sending; beyond it is error 21611 (docs: queueing). */
  queueSeconds: 36_000,
  /** Messages a list answers at most, and by default (Twilio docs: read multiple Messages). */
  pageSize: 1000,
  pageSizeDefault: 50,
  /** Times a webhook is tried again when no connection comes about (docs: overrides, rc). */
  webhookRetries: 1,
  /** Before a webhook is answered (docs: overrides, tt). */
  webhookTimeoutMs: 15_000,
  /**
   * Segments a second of a sender; 0: no limit. Twilio's depends on the number: 1 for a long code,
   * 3 for toll-free, 100 for a short code, a campaign's own for A2P. Beyond it messages queue.
   */
  segmentsPerSecond: 0,
  /** How far ahead a message may be scheduled (docs: Message scheduling; recalled). */
  scheduleLeastMs: 15 * 60_000,
  scheduleMostMs: 35 * 24 * 3_600_000,
} as const;

export type SmsLimits = { readonly [K in keyof typeof SMS_LIMITS]: number };

/** GSM 03.38 basic alphabet without its escape (3GPP TS 23.038, 6.2.1). One septet each. */
const GSM_BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** GSM 03.38 extension table: an escape and a septet, two in all (3GPP TS 23.038, 6.2.1.1). */
const GSM_EXTENDED = '\f^{}\\[~]|€';

/** Septets by UTF-16 unit; 0: not in GSM-7. A table, since it is asked for every character. */
const SEPTETS = new Uint8Array(0x10000);
for (const character of GSM_BASIC) SEPTETS[character.charCodeAt(0)] = 1;
for (const character of GSM_EXTENDED) SEPTETS[character.charCodeAt(0)] = 2;

/** How many segments a text takes; an empty one takes 1. */
export function segmentsOf(text: string): number {
  const septets = septetsOf(text);
  if (septets === undefined) return segmentsInUcs2(text);
  if (septets <= SMS_LIMITS.gsmSingle) return 1;
  return fill(text, SMS_LIMITS.gsmPart, (at) => SEPTETS[text.charCodeAt(at)] ?? 0);
}

/** A text in bodies of at most `limit` UTF-16 units, cut between words where that is possible. */
export function splitBody(text: string, limit: number = SMS_LIMITS.bodyUnits): readonly string[] {
  return splitText(text, limit);
}

/** Septets of a GSM-7 text; nothing when a character is outside the alphabet. */
function septetsOf(text: string): number | undefined {
  let septets = 0;
  for (let at = 0; at < text.length; at += 1) {
    const size = SEPTETS[text.charCodeAt(at)] ?? 0;
    if (size === 0) return undefined;
    septets += size;
  }
  return septets;
}

function segmentsInUcs2(text: string): number {
  if (text.length <= SMS_LIMITS.ucsSingle) return 1;
  // A low surrogate has no size of its own: it goes where its other half went.
  return fill(text, SMS_LIMITS.ucsPart, (at) => {
    if (isLowSurrogate(text.charCodeAt(at))) return 0;
    return isLowSurrogate(text.charCodeAt(at + 1)) ? 2 : 1;
  });
}

/** Segments when each holds `room` and no character may be spread over two. */
function fill(text: string, room: number, sizeAt: (at: number) => number): number {
  let segments = 1;
  let left = room;
  for (let at = 0; at < text.length; at += 1) {
    const size = sizeAt(at);
    if (size > left) {
      segments += 1;
      left = room;
    }
    left -= size;
  }
  return segments;
}
