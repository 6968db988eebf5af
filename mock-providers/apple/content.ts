/**
 * Messages as a customer's phone shows them, and what customers answer as Apple brings it to the
 * MSP. Lenient in what it shows: whatever a business may send comes to words at least.
 */
import {
  type EventJson,
  EXTENSION,
  type ImageJson,
  type InteractiveData,
  type ItemJson,
  OBJECT_REPLACEMENT,
} from '../../src/channels/apple/wire.ts';
import { type Json, listOf, recordOf, textOf } from '../../src/channels/json.ts';
import type { Choice, Content } from '../../src/message.ts';
import type { Vault } from './account.ts';

/** What a question was asked by: the answer has to be of the same kind. */
export interface Question {
  readonly kind: 'quick-reply' | 'list' | 'time';
  readonly choices: readonly Choice[];
  /** As the business sent it. */
  readonly interactive: Json;
}

export interface Shown {
  readonly contents: readonly Content[];
  readonly question?: Question;
}

/** The phone opens what is sealed; what it can't open, it says so. */
export function shownOf(message: Json, vault: Pick<Vault, 'open' | 'recall'>): Shown {
  const { type, body, interactiveData, interactiveDataRef } = message;
  if (type === 'richLink') {
    const link = recordOf(message.richLinkData ?? message.richLinkDataRef);
    return say([textOf(link.title), textOf(link.url)]);
  }
  if (type === 'interactive') {
    const reference = recordOf(interactiveDataRef);
    const data = interactiveData ? recordOf(interactiveData) : vault.recall(reference);
    return data === undefined ? say([textOf(reference.title) || CLOSED]) : questionOf(data);
  }
  const text = textOf(body).replaceAll(OBJECT_REPLACEMENT, '').trim();
  const attachments = listOf(message.attachments);
  if (attachments.length === 0) return say([text]);
  const contents = attachments.map((attachment, n): Content => {
    const caption = n === 0 ? text : '';
    const { url, mimeType, name } = attachment;
    if (vault.open(attachment) === undefined) {
      return { kind: 'text', text: `${caption}\n[${textOf(name)}: ${CLOSED}]`.trim() };
    }
    const media = { kind: 'media', url: textOf(url), mimeType: textOf(mimeType) } as const;
    return caption === '' ? media : { ...media, caption };
  });
  return { contents };
}

const CLOSED = 'could not be loaded';

function say(lines: readonly string[]): Shown {
  return { contents: [{ kind: 'text', text: lines.filter((line) => line).join('\n') }] };
}

function questionOf(interactive: Json): Shown {
  const data = recordOf(interactive.data);
  const { title: heading, subtitle } = recordOf(interactive.receivedMessage);
  const quick = recordOf(data['quick-reply']);
  const event = recordOf(data.event);
  const [kind, items] = data['quick-reply']
    ? (['quick-reply', listOf(quick.items)] as const)
    : data.listPicker
      ? (['list', itemsOf(data)] as const)
      : (['time', listOf(event.timeslots)] as const);
  const choices = items.map(({ identifier, title, startTime }) => {
    return { id: textOf(identifier), title: textOf(title) || textOf(startTime) };
  });
  const bubble = [textOf(heading), textOf(subtitle)].filter((line) => line).join('\n');
  const text = textOf(quick.summaryText) || bubble || textOf(event.title) || '[interactive]';
  if (choices.length === 0) return say([text]);
  const question = { kind, choices, interactive };
  return { contents: [{ kind: 'text', text, choices }], question };
}

function itemsOf(data: Json): readonly Json[] {
  return listOf(recordOf(data.listPicker).sections).flatMap(({ items }) => listOf(items));
}

/** The customer's answer, as the phone reports it; `sessionId` for want of the business's own. */
export function answerTo(
  { kind, choices, interactive }: Question,
  id: string,
  sessionId: string,
): InteractiveData | undefined {
  const selectedIndex = choices.findIndex((choice) => choice.id === id);
  const { title } = choices[selectedIndex] ?? {};
  if (title === undefined) return undefined;
  const asked = recordOf(interactive.data);
  const { mspVersion } = asked;
  const style = styleOf(recordOf(interactive.replyMessage).style);
  const common = {
    requestIdentifier: textOf(asked.requestIdentifier),
    version: '1.0',
    ...(typeof mspVersion === 'string' ? { mspVersion } : {}),
    replyMessage: { title, alternateTitle: title, style },
  };
  const sessionIdentifier = textOf(interactive.sessionIdentifier) || sessionId;
  const whole = (data: object): InteractiveData => {
    return { bid: EXTENSION, data: { ...common, ...data }, sessionIdentifier };
  };
  if (kind === 'quick-reply') {
    const items = choices.map((choice) => ({ identifier: choice.id, title: choice.title }));
    const summaryText = textOf(recordOf(asked['quick-reply']).summaryText);
    const reply = { summaryText, items, selectedIdentifier: id, selectedIndex };
    return whole({ 'quick-reply': reply });
  }
  if (kind === 'time') {
    const event = recordOf(asked.event) as unknown as EventJson;
    return whole({
      event: { ...event, timeslots: event.timeslots.slice(selectedIndex).slice(0, 1) },
    });
  }
  return whole(pickedFrom(asked, itemsOf(asked)[selectedIndex] ?? {}));
}

/** The picked item in a section of its own, as devices report it, with its picture. */
function pickedFrom(asked: Json, item: Json): object {
  const items = [{ order: 0, style: 'default', ...item } as unknown as ItemJson];
  const sections = [{ title: 'You Selected', order: 0, multipleSelection: false, items }];
  const images = listOf(asked.images).filter(({ identifier }) => {
    return identifier === item.imageIdentifier;
  }) as unknown as readonly ImageJson[];
  return { listPicker: { sections }, ...(images.length > 0 ? { images } : {}) };
}

function styleOf(style: unknown): 'icon' | 'small' | 'large' {
  return style === 'small' || style === 'large' ? style : 'icon';
}

/** A tapback comes as words (as an implementer's parser expects them). */
export function tapback(emoji: string, text: string): string {
  if (emoji === '') return `Removed a reaction from “${text}”`;
  const verb = VERBS.get(emoji.replace('\ufe0f', ''));
  return verb === undefined ? `Reacted ${emoji} to “${text}”` : `${verb} “${text}”`;
}

const VERBS: ReadonlyMap<string, string> = new Map([
  ['❤', 'Loved'],
  ['👍', 'Liked'],
  ['👎', 'Disliked'],
  ['😂', 'Laughed at'],
  ['‼', 'Emphasized'],
  ['❓', 'Questioned'],
]);

/** The smallest file of a type: customers here have no real pictures, but downloads open. */
export function fileOf(mimeType: string, url: string): Buffer {
  const base64 = DOTS.get(mimeType.toLowerCase().replace('/jpg', '/jpeg'));
  return base64 === undefined ? Buffer.from(url) : Buffer.from(base64, 'base64');
}

/** Pictures of one dot. */
const DOTS: ReadonlyMap<string, string> = new Map([
  [
    'image/png',
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg==',
  ],
  [
    'image/jpeg',
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP///////////////////////////////////////////////////' +
      '///////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQ' +
      'AQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z',
  ],
  ['image/gif', 'R0lGODdhAQABAIEAAAAAAAAAAAAAAAAAACwAAAAAAQABAAAIBAABBAQAOw=='],
]);
