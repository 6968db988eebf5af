/**
 * Content to Meta's shapes and back, for the adapter: what a customer's event says, and the sends
 * that a message of ours becomes. It knows nothing of webhooks or HTTP.
 */
import type { Content } from '../../message.ts';
import { type Json, listOf, recordOf, textOf } from '../json.ts';
import { placeFrom } from '../place.ts';
import { splitText } from '../split.ts';
import { inWords } from '../words.ts';
import { fitQuickReplies, type MessengerLimits, mediaTypeOf } from './limits.ts';
import type { SendBody, SendMessage } from './wire.ts';

/** All that a customer's message says, in order: each attachment is a content of its own. */
export function contentsOf(message: Json): readonly Content[] {
  const text = textOf(message.text);
  const payload = textOf(recordOf(message.quick_reply).payload);
  if (payload !== '') return [{ kind: 'choice', id: payload, title: text || payload }];
  // A preview of a link that is in the text says nothing more.
  const attachments = distinct(listOf(message.attachments))
    .filter(({ type }) => text === '' || type !== 'fallback')
    .map(attachmentOf);
  if (text === '') return attachments.length > 0 ? attachments : [unsupported('message')];
  const [first, ...rest] = attachments;
  if (first?.kind === 'media') return [{ ...first, caption: text }, ...rest];
  return [{ kind: 'text', text }, ...attachments];
}

/** A button that was pressed; the copy for apps that do not own the thread has no payload. */
export function postbackOf(postback: Json): Content {
  const title = textOf(postback.title);
  const payload = textOf(postback.payload);
  return { kind: 'choice', id: payload || title, title: title || payload };
}

export function reactionOf(reaction: Json): Content {
  const isTaken = reaction.action === 'unreact';
  const emoji = isTaken ? '' : textOf(reaction.emoji) || textOf(reaction.reaction);
  return { kind: 'reaction', emoji, messageId: textOf(reaction.mid) };
}

/** The sends that a message becomes, in order; none when there is nothing to say. */
export function bodiesOf(
  to: string,
  content: Content,
  limits: MessengerLimits,
): readonly SendBody[] {
  const recipient = { id: to };
  if (content.kind === 'reaction') {
    const { emoji, messageId: message_id } = content;
    if (emoji === '') return [{ recipient, sender_action: 'unreact', payload: { message_id } }];
    const payload = { message_id, reaction: emoji };
    return [{ recipient, sender_action: 'react', payload }];
  }
  return messagesOf(content, limits).map((message) => {
    return { recipient, messaging_type: 'RESPONSE', message };
  });
}

function messagesOf(content: Content, limits: MessengerLimits): readonly SendMessage[] {
  if (content.kind === 'media') {
    const { url, mimeType, caption = '' } = content;
    const payload = { url, is_reusable: false };
    const media: SendMessage = { attachment: { type: mediaTypeOf(mimeType), payload } };
    // Messenger has no captions: the words follow as a text.
    return [media, ...textsOf(caption, limits)];
  }
  const choices = content.kind === 'text' ? (content.choices ?? []) : [];
  const isPlain = content.kind !== 'text' || content.text.trim() === '';
  if (isPlain || !fitQuickReplies(choices, limits)) return textsOf(inWords(content), limits);
  const texts = textsOf(content.text, limits);
  const quick_replies = choices.map(({ id, title }) => {
    // Quick replies without payload come back as mere texts.
    return { content_type: 'text' as const, title, payload: id || title };
  });
  return texts.map((message, i) =>
    i < texts.length - 1 ? message : { ...message, quick_replies },
  );
}

function textsOf(text: string, limits: MessengerLimits): readonly { readonly text: string }[] {
  const parts = splitText(text, limits.text).filter((part) => part.trim() !== '');
  return parts.map((part) => ({ text: part }));
}

/** For a time stickers came twice, as a sticker and as the image it is (docs: messages). */
function distinct(attachments: readonly Json[]): readonly Json[] {
  const urlOf = ({ payload }: Json) => textOf(recordOf(payload).url);
  return attachments.filter((one, i) => {
    const url = urlOf(one);
    return url === '' || attachments.findIndex((other) => urlOf(other) === url) === i;
  });
}

/** By attachment type: what to take the file for when its name does not say. */
const MEDIA: ReadonlyMap<string, string> = new Map([
  ['image', 'image/jpeg'],
  ['sticker', 'image/png'],
  ['audio', 'audio/mp4'],
  ['video', 'video/mp4'],
  ['file', 'application/octet-stream'],
]);

/** Meta tells no MIME type: the end of the address has to do. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['mp4', 'video/mp4'],
  ['mp3', 'audio/mpeg'],
  ['m4a', 'audio/mp4'],
  ['aac', 'audio/aac'],
  ['ogg', 'audio/ogg'],
  ['wav', 'audio/wav'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['csv', 'text/csv'],
  ['zip', 'application/zip'],
]);

function attachmentOf(attachment: Json): Content {
  const type = textOf(attachment.type);
  const payload = recordOf(attachment.payload);
  const url = textOf(payload.url) || textOf(attachment.url);
  const title = textOf(payload.title) || textOf(attachment.title);
  const usual = MEDIA.get(type);
  if (usual !== undefined && url !== '')
    return { kind: 'media', url, mimeType: mimeOf(url, usual) };
  if (type === 'location') return placeOf(payload, title) ?? unsupported(type);
  // Shared links, posts and reels: there is nothing to them but their address.
  const words = [title, url].filter((part) => part !== '').join('\n');
  return words === '' ? unsupported(type) : { kind: 'text', text: words };
}

function mimeOf(url: string, usual: string): string {
  const ending = /\.(\w+)(?:[?#].*)?$/.exec(url)?.[1]?.toLowerCase() ?? '';
  const found = ENDINGS.get(ending);
  const isSameKind = found?.split('/', 1)[0] === usual.split('/', 1)[0];
  return found !== undefined && (isSameKind || usual.startsWith('application/')) ? found : usual;
}

/** Of former days: people can hardly send their place any more. */
function placeOf(payload: Json, name: string): Content | undefined {
  const { lat: latitude, long: longitude } = recordOf(payload.coordinates);
  return placeFrom({ latitude, longitude, name });
}

/** A rep has to see that the customer sent something, even if not what. */
function unsupported(type: string): Content {
  return { kind: 'text', text: `[unsupported: ${type || 'attachment'}]` };
}
