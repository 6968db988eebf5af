/**
 * Messages as a customer's phone shows them, and what customers send as Apple brings it to the MSP.
 * Lenient in what it shows: whatever a business may send comes to words at least.
 */
import {
  EXTENSION,
  type InteractiveData,
  OBJECT_REPLACEMENT,
} from '../../src/channels/apple/wire.ts';
import { type Json, listOf, recordOf, textOf } from '../../src/channels/json.ts';
import type { Choice, Content } from '../../src/message.ts';

/** What a question was asked by: the answer has to be of the same kind. */
export interface Question {
  readonly requestIdentifier: string;
  readonly kind: 'quick-reply' | 'list' | 'time';
  readonly choices: readonly Choice[];
}

export interface Shown {
  readonly contents: readonly Content[];
  readonly question?: Question;
}

export function shownOf(message: Json): Shown {
  if (message.type === 'richLink') {
    const { title, url } = recordOf(message.richLinkData);
    return { contents: [{ kind: 'text', text: `${textOf(title)}\n${textOf(url)}` }] };
  }
  if (message.type === 'interactive') return questionOf(recordOf(message.interactiveData));
  const text = textOf(message.body).replaceAll(OBJECT_REPLACEMENT, '').trim();
  const attachments = listOf(message.attachments);
  if (attachments.length === 0) return { contents: [{ kind: 'text', text }] };
  const contents = attachments.map(({ url, mimeType }, n): Content => {
    const media = { kind: 'media', url: textOf(url), mimeType: textOf(mimeType) } as const;
    return n === 0 && text !== '' ? { ...media, caption: text } : media;
  });
  return { contents };
}

function questionOf(interactive: Json): Shown {
  const data = recordOf(interactive.data);
  const heading = textOf(recordOf(interactive.receivedMessage).title);
  const quick = recordOf(data['quick-reply']);
  const sections = listOf(recordOf(data.listPicker).sections);
  const event = recordOf(data.event);
  const [kind, items] = data['quick-reply']
    ? (['quick-reply', listOf(quick.items)] as const)
    : data.listPicker
      ? (['list', sections.flatMap((section) => listOf(section.items))] as const)
      : (['time', listOf(event.timeslots)] as const);
  const choices = items.map(({ identifier, title, startTime }) => {
    return { id: textOf(identifier), title: textOf(title) || textOf(startTime) };
  });
  const text = textOf(quick.summaryText) || heading || textOf(event.title) || '[interactive]';
  if (choices.length === 0) return { contents: [{ kind: 'text', text }] };
  const question = { requestIdentifier: textOf(data.requestIdentifier), kind, choices };
  return { contents: [{ kind: 'text', text, choices }], question };
}

/** The customer's answer, as the phone reports it. */
export function answerTo(question: Question, id: string): InteractiveData | undefined {
  const { requestIdentifier, kind, choices } = question;
  const selectedIndex = choices.findIndex((choice) => choice.id === id);
  const picked = choices[selectedIndex];
  if (picked === undefined) return undefined;
  const replyMessage = { title: picked.title, style: 'icon' } as const;
  const { title } = picked;
  if (kind === 'quick-reply') {
    const items = choices.map((choice) => ({ identifier: choice.id, title: choice.title }));
    const reply = { items, selectedIdentifier: id, selectedIndex };
    const data = { requestIdentifier, version: '1.0', 'quick-reply': reply, replyMessage };
    return { bid: EXTENSION, data };
  }
  const common = { requestIdentifier, mspVersion: '1.0', replyMessage };
  if (kind === 'time') {
    const event = { timeslots: [{ identifier: id, startTime: title }] };
    return { bid: EXTENSION, data: { ...common, event } as InteractiveData['data'] };
  }
  const items = [{ identifier: id, title, order: 0 }];
  const sections = [{ title: '', order: 0, multipleSelection: false, items }];
  return { bid: EXTENSION, data: { ...common, listPicker: { sections } } };
}
