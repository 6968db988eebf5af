/**
 * Content in the Cloud API's shapes and back. Quick replies go as buttons or a list where they fit,
 * else as numbered text; nothing is left out. No sending here, and no reading of answers.
 */
import type { Choice, Content } from '../../message.ts';
import { type Json, listOf, recordOf, textOf } from '../json.ts';
import { placeFrom } from '../place.ts';
import { splitText } from '../split.ts';
import { inWords } from '../words.ts';
import { interactiveKindOf, mediaKindOf, type WhatsAppLimits } from './limits.ts';
import type { InteractiveJson, LinkJson, SendBase, SendBody } from './wire.ts';

const MEDIA = new Set(['image', 'video', 'audio', 'document', 'sticker']);

/** What a customer's message says. `base`: where media is asked for by its id. */
export function contentOf(message: Json, base: string): Content {
  const type = textOf(message.type);
  const part = recordOf(message[type]);
  if (type === 'text') return { kind: 'text', text: textOf(part.body) };
  if (type === 'button') {
    return { kind: 'choice', id: textOf(part.payload), title: textOf(part.text) };
  }
  if (type === 'interactive') return replyOf(part);
  // An emoji that is left out takes the reaction back.
  if (type === 'reaction') {
    return { kind: 'reaction', emoji: textOf(part.emoji), messageId: textOf(part.message_id) };
  }
  if (type === 'location') {
    const { latitude, longitude, name, address } = part;
    return placeFrom({ latitude, longitude, name, address }) ?? unsupported(type);
  }
  if (type === 'contacts') return { kind: 'text', text: cardsOf(listOf(message.contacts)) };
  if (!MEDIA.has(type)) return unsupported(type);
  const url = textOf(part.url) || `${base}/${textOf(part.id)}`;
  const content = { kind: 'media', url, mimeType: textOf(part.mime_type) } as const;
  const caption = textOf(part.caption);
  return caption === '' ? content : { ...content, caption };
}

function replyOf(part: Json): Content {
  // A flow's answer is JSON in a text.
  const form = recordOf(part.nfm_reply);
  const answers = textOf(form.response_json);
  if (answers !== '') return { kind: 'text', text: answers };
  const reply = part.type === 'button_reply' ? part.button_reply : part.list_reply;
  if (reply === undefined) return unsupported(textOf(part.type));
  const { id, title } = recordOf(reply);
  return { kind: 'choice', id: textOf(id), title: textOf(title) };
}

/** Names and numbers: what a rep can use of a contact card. */
function cardsOf(cards: readonly Json[]): string {
  const lines = cards.map(({ name, phones }) => {
    const numbers = listOf(phones).map(({ phone, wa_id }) => textOf(phone) || textOf(wa_id));
    return [textOf(recordOf(name).formatted_name), ...numbers].filter((text) => text).join(', ');
  });
  return `[contact: ${lines.join('; ')}]`;
}

/** A rep has to see that the customer sent something, even if not what. */
function unsupported(type: string): Content {
  return { kind: 'text', text: `[unsupported: ${type}]` };
}

/** The sends that say it, in order. */
export function bodiesOf(
  start: SendBase,
  content: Content,
  limits: WhatsAppLimits,
): readonly SendBody[] {
  const texts = (text: string): readonly SendBody[] =>
    splitText(text, limits.text).map((body) => ({ ...start, type: 'text', text: { body } }));
  if (content.kind === 'media') return mediaBodies(start, content, limits, texts);
  if (content.kind === 'location') {
    const { kind: _, ...location } = content;
    return [{ ...start, type: 'location', location }];
  }
  if (content.kind === 'reaction') {
    const { emoji, messageId: message_id } = content;
    return [{ ...start, type: 'reaction', reaction: { message_id, emoji } }];
  }
  if (content.kind === 'template') return [templateBody(start, content)];
  if (content.kind === 'choice') return texts(content.title);
  const { text, choices = [] } = content;
  const kind = text.trim() === '' ? undefined : interactiveKindOf(choices, limits);
  if (kind === undefined) return texts(inWords(content));
  // The body of an interactive message is shorter than a text: what is over goes before it.
  const parts = [...splitText(text, limits.body)];
  const interactive = interactiveOf(kind, parts.pop() ?? '', choices);
  return [...parts.flatMap(texts), { ...start, type: 'interactive', interactive }];
}

/** The label that opens a list; the stack has no word of its own for it. */
const LIST_BUTTON = 'Choose';

function interactiveOf(
  type: InteractiveJson['type'],
  text: string,
  choices: readonly Choice[],
): InteractiveJson {
  const body = { text };
  const replies = choices.map(({ id, title }) => ({ id, title }));
  if (type === 'list') {
    return { type, body, action: { button: LIST_BUTTON, sections: [{ rows: replies }] } };
  }
  return { type, body, action: { buttons: replies.map((reply) => ({ type: 'reply', reply })) } };
}

function mediaBodies(
  start: SendBase,
  { url: link, mimeType, caption = '' }: Extract<Content, { kind: 'media' }>,
  limits: WhatsAppLimits,
  texts: (text: string) => readonly SendBody[],
): readonly SendBody[] {
  const type = mediaKindOf(mimeType);
  const filename = /([^/?#]+)(?:[?#].*)?$/.exec(link)?.[1] ?? 'document';
  const media = type === 'document' ? { link, filename } : { link };
  const body = (object: LinkJson) => ({ ...start, type, [type]: object }) as unknown as SendBody;
  if (caption === '') return [body(media)];
  // Recordings have no captions, and long ones fit none: the words follow as a text.
  const isCaption = type !== 'audio' && caption.length <= limits.caption;
  return isCaption ? [body({ ...media, caption })] : [body(media), ...texts(caption)];
}

function templateBody(
  start: SendBase,
  { name, language: code, parameters }: Extract<Content, { kind: 'template' }>,
): SendBody {
  const template = { name, language: { code } };
  if (parameters.length === 0) return { ...start, type: 'template', template };
  const texts = parameters.map((text) => ({ type: 'text' as const, text }));
  const components = [{ type: 'body' as const, parameters: texts }];
  return { ...start, type: 'template', template: { ...template, components } };
}
