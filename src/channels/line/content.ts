/**
 * Content in LINE's shapes and back. Quick replies go as postbacks that carry id and title, so that
 * the answer says what was picked; what LINE can't show goes in words.
 */
import { parse, stringify } from 'node:querystring';
import type { Choice, Content } from '../../message.ts';
import { type Json, listOf, recordOf, textOf } from '../json.ts';
import { placeFrom } from '../place.ts';
import { splitText } from '../split.ts';
import { inWords } from '../words.ts';
import { isQuickReply, type LINE_LIMITS } from './limits.ts';
import type { QuickReplyItem, SendObject } from './wire.ts';

type Limits = { readonly [K in keyof typeof LINE_LIMITS]: number };

/** The message objects that say it, in order. */
export function objectsOf(content: Content, limits: Limits): readonly SendObject[] {
  if (content.kind === 'text') return textObjects(content.text, content.choices ?? [], limits);
  if (content.kind === 'media') return mediaObjects(content, limits);
  if (content.kind === 'location') return locationObjects(content, limits);
  return texts(inWords(content), limits);
}

function texts(text: string, limits: Limits): readonly SendObject[] {
  // LINE refuses an empty text.
  if (text.trim() === '') return [];
  return splitText(text, limits.text).map((part) => ({ type: 'text', text: part }));
}

function textObjects(text: string, choices: readonly Choice[], limits: Limits) {
  const items = isQuickReply(choices, limits) ? itemsOf(choices, limits) : undefined;
  if (items === undefined) return texts(inWords({ kind: 'text', text, choices }), limits);
  const parts = texts(text, limits);
  const last = parts.at(-1);
  if (last === undefined) return texts(inWords({ kind: 'text', text, choices }), limits);
  return [...parts.slice(0, -1), { ...last, quickReply: { items } }];
}

/** Nothing when one does not fit into the data of a postback. */
function itemsOf(
  choices: readonly Choice[],
  limits: Limits,
): readonly QuickReplyItem[] | undefined {
  const items = choices.map(({ id, title }): QuickReplyItem => {
    const data = stringify({ choice: id, title });
    return { type: 'action', action: { type: 'postback', label: title, data, displayText: title } };
  });
  return items.every(({ action }) => action.data.length <= limits.postbackData) ? items : undefined;
}

function mediaObjects(media: Extract<Content, { kind: 'media' }>, limits: Limits) {
  const { url, mimeType, caption = '' } = media;
  // Videos need a preview picture and recordings a duration, which nobody here knows.
  const isShown =
    mimeType.startsWith('image/') && url.startsWith('https://') && url.length <= limits.mediaUrl;
  if (!isShown) return texts(inWords(media), limits);
  const image = { type: 'image', originalContentUrl: url, previewImageUrl: url } as const;
  return [image, ...texts(caption, limits)];
}

function locationObjects(place: Extract<Content, { kind: 'location' }>, limits: Limits) {
  const { latitude, longitude, name = 'Location' } = place;
  const address = place.address ?? `${latitude}, ${longitude}`;
  const fits = name.length <= limits.locationText && address.length <= limits.locationText;
  if (!fits) return texts(inWords(place), limits);
  return [{ type: 'location', title: name, address, latitude, longitude } as const];
}

/** A user's message. `dataUrl`: where LINE keeps what was uploaded. */
export function contentOf(message: Json, dataUrl: string): Content {
  const type = textOf(message.type);
  if (type === 'text') return { kind: 'text', text: textOf(message.text) };
  if (type === 'location') {
    const { latitude, longitude, title: name, address } = message;
    return placeFrom({ latitude, longitude, name, address }) ?? unsupported(type);
  }
  if (type === 'sticker') return { kind: 'text', text: stickerOf(message) };
  const mimeType = MIME_TYPES.get(type);
  if (mimeType === undefined) return unsupported(type);
  const provider = recordOf(message.contentProvider);
  const external = provider.type === 'external' ? textOf(provider.originalContentUrl) : '';
  const url = external || `${dataUrl}/v2/bot/message/${textOf(message.id)}/content`;
  const caption = textOf(message.fileName);
  return { kind: 'media', url, mimeType, ...(caption === '' ? {} : { caption }) };
}

/** LINE does not say; whoever fetches the content is told. */
const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  ['image', 'image/jpeg'],
  ['video', 'video/mp4'],
  ['audio', 'audio/m4a'],
  ['file', 'application/octet-stream'],
]);

/** What was picked: id and title as this adapter wrote them, else the data as it stands. */
export function choiceOf(postback: Json): Content {
  const data = textOf(postback.data);
  const { choice, title } = parse(data);
  if (typeof choice === 'string' && typeof title === 'string') {
    return { kind: 'choice', id: choice, title };
  }
  const { date, time, datetime } = recordOf(postback.params);
  return { kind: 'choice', id: data, title: textOf(datetime ?? date ?? time) || data };
}

function stickerOf({ keywords, text }: Json): string {
  const words = Array.isArray(keywords) ? keywords.filter((word) => typeof word === 'string') : [];
  return `[sticker: ${textOf(text) || words.slice(0, 3).join(', ') || 'unknown'}]`;
}

/** A rep has to see that the customer sent something, even if not what. */
function unsupported(type: string): Content {
  return { kind: 'text', text: `[unsupported: ${type}]` };
}

/** The events of a body; nothing when it has none. */
export function eventsIn(envelope: Json): readonly Json[] | undefined {
  return Array.isArray(envelope.events) ? listOf(envelope.events) : undefined;
}
