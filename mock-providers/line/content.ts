/**
 * Message objects as a user's phone shows them, and what users send as LINE's events carry it. Any
 * object a bot may send is understood; those with buttons become choices.
 */
import { type Json, listOf, recordOf, textOf } from '../../src/channels/json.ts';
import type { MessageJson } from '../../src/channels/line/wire.ts';
import { type Choice, type Content, textOf as wordsOf } from '../../src/message.ts';

/** What a button does when it is pressed. */
export interface Button {
  readonly choice: Choice;
  readonly action: Json;
}

export interface Shown {
  readonly content: Content;
  readonly buttons: readonly Button[];
}

export function shownOf(object: Json): Shown {
  const actions = [...templateActions(object), ...quickReplyActions(object)];
  const buttons = actions.flatMap(buttonOf);
  const content = contentOf(object);
  if (buttons.length === 0) return { content, buttons };
  const choices = buttons.map(({ choice }) => choice);
  return { content: { kind: 'text', text: wordsOf(content), choices }, buttons };
}

function contentOf(object: Json): Content {
  const { type, originalContentUrl: url } = object;
  if (type === 'text' || type === 'textV2') return { kind: 'text', text: textOf(object.text) };
  const mimeType = MIME_TYPES.get(type);
  if (mimeType !== undefined) return { kind: 'media', url: textOf(url), mimeType };
  if (type === 'location') {
    const { latitude, longitude, title, address } = object;
    return {
      kind: 'location',
      latitude: Number(latitude),
      longitude: Number(longitude),
      name: textOf(title),
      address: textOf(address),
    };
  }
  const { text } = recordOf(object.template);
  return { kind: 'text', text: textOf(text) || textOf(object.altText) || `[${textOf(type)}]` };
}

const MIME_TYPES: ReadonlyMap<unknown, string> = new Map([
  ['image', 'image/jpeg'],
  ['video', 'video/mp4'],
  ['audio', 'audio/m4a'],
]);

function quickReplyActions({ quickReply }: Json): readonly Json[] {
  return listOf(recordOf(quickReply).items).map(({ action }) => recordOf(action));
}

/** Of buttons, confirm and both carousels. */
function templateActions(object: Json): readonly Json[] {
  const template = recordOf(object.template);
  const columns = listOf(template.columns);
  const inner = columns.flatMap((column) => [...listOf(column.actions), recordOf(column.action)]);
  return [...listOf(template.actions), ...inner];
}

/** Links and cameras lead out of the chat: nothing comes back from them. */
function buttonOf(action: Json): readonly Button[] {
  const { type, data, text, label } = action;
  const id = type === 'postback' ? textOf(data) : type === 'message' ? textOf(text) : '';
  return id === '' ? [] : [{ choice: { id, title: textOf(label) || id }, action }];
}

/** What a user sends, but for choices: those are the provider's to look up. */
export function messageOf(content: Content, id: string, quoteToken: string): MessageJson {
  if (content.kind === 'location') {
    const { latitude, longitude, name, address } = content;
    const words = { ...(name === undefined ? {} : { title: name }), ...(address && { address }) };
    return { type: 'location', id, latitude, longitude, ...words };
  }
  if (content.kind !== 'media') return { type: 'text', id, quoteToken, text: wordsOf(content) };
  const { url, mimeType } = content;
  const contentProvider = url.startsWith('https://')
    ? ({ type: 'external', originalContentUrl: url, previewImageUrl: url } as const)
    : ({ type: 'line' } as const);
  if (mimeType.startsWith('image/')) return { type: 'image', id, contentProvider, quoteToken };
  if (mimeType.startsWith('video/')) return { type: 'video', id, contentProvider, quoteToken };
  if (mimeType.startsWith('audio/')) return { type: 'audio', id, contentProvider };
  const fileName = /([^/?#]+)(?:[?#].*)?$/.exec(url)?.[1] ?? 'file';
  return { type: 'file', id, fileName, fileSize: 1 };
}
