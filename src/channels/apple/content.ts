/**
 * Content in Apple's shapes and back. A few choices go as quick replies, more as a list picker;
 * what Messages can't show goes in words. Not here: attachments, which are uploaded (`adapter.ts`).
 */
import type { Choice, Content } from '../../message.ts';
import { type Json, listOf, recordOf, textOf } from '../json.ts';
import { uuidOf } from '../uuid.ts';
import { inWords } from '../words.ts';
import type { APPLE_LIMITS } from './limits.ts';
import { EXTENSION, type InteractiveData, type MessageJson, OBJECT_REPLACEMENT } from './wire.ts';

type Limits = { readonly [K in keyof typeof APPLE_LIMITS]: number };

/** A message, less what every message has. */
export type Part =
  | Pick<Extract<MessageJson, { type: 'text' }>, 'type' | 'body' | 'attachments'>
  | Pick<Extract<MessageJson, { type: 'interactive' }>, 'type' | 'interactiveData'>;

/** The messages that say it, in order; `key` names the question in them, if there is one. */
export function partsOf(content: Content, key: string, limits: Limits): readonly Part[] {
  if (content.kind !== 'text' || content.choices === undefined) return texts(inWords(content));
  const { text, choices } = content;
  const isDistinct = new Set(choices.map(({ id }) => id)).size === choices.length;
  const isNamed = choices.every(({ id, title }) => id !== '' && title !== '');
  const isOffer = choices.length > 0 && choices.length <= limits.listItems;
  if (!(isOffer && isDistinct && isNamed) || text.trim() === '') return texts(inWords(content));
  const isQuick = choices.length >= limits.quickReplyLeast && choices.length <= limits.quickReplies;
  const requestIdentifier = uuidOf(`${key}/question`);
  const interactiveData = isQuick
    ? quickReply(text, choices, requestIdentifier)
    : listPicker(text, choices, requestIdentifier);
  return [{ type: 'interactive', interactiveData }];
}

function texts(body: string): readonly Part[] {
  return body.trim() === '' ? [] : [{ type: 'text', body }];
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
  const items = choices.map(({ id: identifier, title }, order) => ({ identifier, title, order }));
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

/** What a customer picked, by whichever of the known forms says it. */
export function pickedOf(interactiveData: Json): Content {
  const data = recordOf(interactiveData.data);
  const reply = recordOf(data.replyMessage ?? interactiveData.replyMessage);
  const title = textOf(reply.title);
  const picked = fromQuickReply(data) ?? fromList(data) ?? fromTime(data);
  if (picked !== undefined) return { kind: 'choice', ...picked, title: picked.title || title };
  if (title !== '') return { kind: 'choice', id: title, title };
  return { kind: 'text', text: '[unsupported: interactive]' };
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

/** An answer holds the picked items only; of several, all titles are told. */
function fromList(data: Json): Choice | undefined {
  const sections = listOf(recordOf(data.listPicker).sections);
  const items = sections.flatMap((section) => listOf(section.items));
  const [first] = items;
  if (first === undefined) return undefined;
  const title = items.map((item) => textOf(item.title)).join(', ');
  return { id: items.map((item) => textOf(item.identifier)).join(','), title };
}

function fromTime(data: Json): Choice | undefined {
  const [slot] = listOf(recordOf(data.event).timeslots);
  if (slot === undefined) return undefined;
  const time = textOf(slot.startTime);
  return { id: textOf(slot.identifier) || time, title: time };
}
