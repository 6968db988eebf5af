/**
 * Content in Apple's shapes and back. A few short choices go as quick replies, others as a list
 * picker; what Messages can't show goes in words. Not here: attachments, which have to be uploaded
 * (`adapter.ts`).
 */
import type { Choice, Content } from '../../message.ts';
import { type Json, listOf, recordOf, textOf } from '../json.ts';
import { splitText } from '../split.ts';
import { uuidOf } from '../uuid.ts';
import { inWords } from '../words.ts';
import type { APPLE_LIMITS } from './limits.ts';
import { EXTENSION, type InteractiveData, type MessageJson, OBJECT_REPLACEMENT } from './wire.ts';

type Limits = { readonly [K in keyof typeof APPLE_LIMITS]: number };

/** A message, less what every message has. */
export type Part =
  | Pick<Extract<MessageJson, { type: 'text' }>, 'type' | 'body' | 'attachments'>
  | { readonly type: 'interactive'; readonly interactiveData: InteractiveData };

/** The messages that say it, in order; `key` names the question in them, if there is one. */
export function partsOf(content: Content, key: string, limits: Limits): readonly Part[] {
  return questionOf(content, key, limits) ?? texts(inWords(content), limits);
}

function questionOf(content: Content, key: string, limits: Limits): readonly Part[] | undefined {
  if (content.kind !== 'text' || content.choices === undefined) return undefined;
  const { text, choices } = content;
  const isDistinct = new Set(choices.map(({ id }) => id)).size === choices.length;
  const isNamed = choices.every(({ id, title }) => id !== '' && title !== '');
  const isOffer = choices.length > 0 && choices.length <= limits.listItems;
  if (!(isOffer && isDistinct && isNamed) || text.trim() === '') return undefined;
  const isQuick =
    choices.length >= limits.quickReplyLeast &&
    choices.length <= limits.quickReplies &&
    choices.every(({ title }) => title.length <= limits.quickReplyTitle);
  const requestIdentifier = uuidOf(`${key}/question`);
  const interactiveData = isQuick
    ? quickReply(text, choices, requestIdentifier)
    : listPicker(text, choices, requestIdentifier);
  const bytes = Buffer.byteLength(JSON.stringify(interactiveData));
  if (bytes + ENVELOPE_BYTES > limits.messageBytes) return undefined;
  return [{ type: 'interactive', interactiveData }];
}

/** What a message has beside its content comes to less than this. */
const ENVELOPE_BYTES = 1024;
/** A UTF-16 unit comes to no more than this in JSON: six, as `\u0000`. */
const UNIT_BYTES = 6;

function texts(words: string, { messageBytes }: Limits): readonly Part[] {
  const units = Math.max(1, Math.floor((messageBytes - ENVELOPE_BYTES) / UNIT_BYTES));
  return splitText(words, units)
    .filter((body) => body.trim() !== '')
    .map((body) => ({ type: 'text', body }));
}

function quickReply(
  summaryText: string,
  choices: readonly Choice[],
  requestIdentifier: string,
): InteractiveData {
  const items = choices.map(({ id: identifier, title }) => ({ identifier, title }));
  const data = { requestIdentifier, version: '1.0', 'quick-reply': { summaryText, items } };
  return { bid: EXTENSION, data };
}

function listPicker(
  title: string,
  choices: readonly Choice[],
  requestIdentifier: string,
): InteractiveData {
  const items = choices.map(({ id: identifier, title }, order) => {
    return { identifier, title, order, style: 'default' };
  });
  const sections = [{ title, order: 0, multipleSelection: false, items }];
  return {
    bid: EXTENSION,
    data: { requestIdentifier, mspVersion: '1.0', listPicker: { sections } },
    receivedMessage: { title, style: 'icon' },
    replyMessage: { title: 'Selected', style: 'icon' },
  };
}

/** The words of a text, without the places of its attachments. */
export function wordsOf(body: string): string {
  return body.replaceAll(OBJECT_REPLACEMENT, '').trim();
}

/** What a customer answered, by whichever of the known forms says it. */
export function answerOf(message: Json): Content {
  // Of forms both may come: the reference then has the bubbles only.
  if (message.interactiveData === undefined) {
    const title = textOf(recordOf(message.interactiveDataRef).title);
    return { kind: 'text', text: title || '[unsupported: large answer]' };
  }
  const interactive = recordOf(message.interactiveData);
  const data = recordOf(interactive.data);
  const title = textOf(recordOf(data.replyMessage ?? interactive.replyMessage).title);
  const other = OTHERS.find((name) => data[name] !== undefined);
  if (other !== undefined) {
    return { kind: 'text', text: formWords(data) || title || `[unsupported: ${other}]` };
  }
  const picked = fromQuickReply(data) ?? fromList(data, title) ?? fromTime(data);
  if (picked !== undefined) return { kind: 'choice', ...picked, title: picked.title || title };
  if (title !== '') return { kind: 'choice', id: title, title };
  return { kind: 'text', text: '[unsupported: interactive]' };
}

/** Answers that pick nothing: signing in, Apple Pay, forms. */
const OTHERS = ['authenticate', 'payment', 'dynamic'] as const;

/** A line for each page of a form that was filled in. */
function formWords(data: Json): string {
  const lines = listOf(recordOf(data.dynamic).selections).map(({ title, items }) => {
    const given = listOf(items).map((item) => textOf(item.title) || textOf(item.value));
    return `${textOf(title)}: ${given.join(', ')}`;
  });
  return lines.join('\n');
}

function fromQuickReply(data: Json): Choice | undefined {
  const reply = recordOf(data['quick-reply']);
  const items = listOf(reply.items);
  const { selectedIdentifier, selectedIndex } = reply;
  const found =
    items.find(({ identifier }) => identifier === selectedIdentifier) ??
    (typeof selectedIndex === 'number' ? items[selectedIndex] : undefined);
  const id = textOf(selectedIdentifier) || textOf(found?.identifier);
  return id === '' ? undefined : { id, title: textOf(found?.title) };
}

/** Of several, all are told. Items that were not picked may follow in a section of their own. */
function fromList(data: Json, bubble: string): Choice | undefined {
  const sections = listOf(recordOf(data.listPicker).sections);
  const chosen = sections.filter(({ title }) => /\bselected\b/i.test(textOf(title)));
  const all = (chosen.length > 0 ? chosen : sections).flatMap(({ items }) => listOf(items));
  const named = all.filter(({ title }) => title === bubble);
  const items = chosen.length === 0 && named.length === 1 ? named : all;
  const id = items.map(({ identifier }) => textOf(identifier)).join(',');
  const title = items.map((item) => textOf(item.title)).join(', ');
  return id === '' ? undefined : { id, title };
}

function fromTime(data: Json): Choice | undefined {
  const event = recordOf(data.event ?? recordOf(data.timePicker).event);
  const [slot] = listOf(event.timeslots);
  if (slot === undefined) return undefined;
  const time = textOf(slot.startTime);
  const id = textOf(slot.identifier) || time;
  return id === '' ? undefined : { id, title: time };
}
