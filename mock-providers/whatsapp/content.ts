/**
 * What a send may say: each type's required fields and documented limits, and what of it a phone
 * shows. Lenient where the real API is: fields it does not know are nobody's business.
 */
import { WHATSAPP_LIMITS as LIMITS } from '../../src/channels/whatsapp/limits.ts';
import { type Json, listOf, recordOf, textOf } from '../../src/channels/whatsapp/wire.ts';
import type { Content } from '../../src/message.ts';
import type { Ledger } from './ledger.ts';
import type { ProblemCode } from './webhook.ts';

export interface Complaint {
  readonly code: ProblemCode;
  readonly details?: string;
}

/** A send, and what it is checked against. */
export interface Sending {
  readonly body: Json;
  /** The object named by the message's type. */
  readonly part: Json;
  readonly ledger: Ledger;
  /** Names of the approved ones. */
  readonly templates: ReadonlySet<string>;
}

/** What is wrong with a send of that type; nothing if it is fine. */
export function checkMessage(type: string, sending: Sending): Complaint | undefined {
  const check = CHECKS.get(type);
  return check === undefined ? { code: 131051, details: type } : check(sending);
}

/** What the phone shows; nothing for a reaction. */
export function contentOf(type: string, { part, body, ledger }: Sending): Content | undefined {
  if (type === 'reaction') return undefined;
  if (type === 'text') return { kind: 'text', text: textOf(part.body) };
  if (type === 'interactive') {
    const { buttons, sections } = recordOf(part.action);
    const rows = listOf(sections).flatMap((section) => listOf(section.rows));
    const replies = [...listOf(buttons).map(({ reply }) => recordOf(reply)), ...rows];
    const choices = replies.map(({ id, title }) => ({ id: textOf(id), title: textOf(title) }));
    const text = textOf(recordOf(part.body).text);
    return choices.length === 0 ? { kind: 'text', text } : { kind: 'text', text, choices };
  }
  const usual = MIME_TYPES.get(type);
  if (usual === undefined) {
    const { name = `${part.latitude}, ${part.longitude}` } = part;
    const people = listOf(body.contacts).map((card) => recordOf(card.name).formatted_name);
    return { kind: 'text', text: `[${type}: ${type === 'contacts' ? people : name}]` };
  }
  const known = ledger.media(textOf(part.id))?.json;
  const url = known?.url ?? textOf(part.link);
  const caption = typeof part.caption === 'string' ? { caption: part.caption } : {};
  return { kind: 'media', url, mimeType: known?.mime_type ?? usual, ...caption };
}

/** A value that can't be taken (131009). */
export function bad(name: string, why: string): Complaint {
  return { code: 131009, details: `${name}: ${why}` };
}

/** What each type needs (Cloud API reference: Messages); a type that is not here is refused. */
const CHECKS: ReadonlyMap<string, (sending: Sending) => Complaint | undefined> = new Map([
  ['text', ({ part }) => sized("text['body']", part.body, LIMITS.text)],
  ['image', (sending) => checkMedia(sending, LIMITS.caption)],
  ['video', (sending) => checkMedia(sending, LIMITS.caption)],
  ['document', (sending) => checkMedia(sending, LIMITS.caption)],
  ['audio', (sending) => checkMedia(sending, 0)],
  ['sticker', (sending) => checkMedia(sending, 0)],
  ['interactive', ({ part }) => checkInteractive(part)],
  ['template', (sending) => checkTemplate(sending)],
  ['reaction', ({ part, ledger }) => checkReaction(textOf(part.message_id), ledger)],
  ['location', ({ part }) => degrees(part.latitude) ?? degrees(part.longitude)],
  ['contacts', ({ body }) => counted('contacts', listOf(body.contacts), LIMITS.contacts)],
]);

function checkMedia({ part, ledger }: Sending, captionLength: number): Complaint | undefined {
  const { id, link, caption } = part;
  if ((id === undefined) === (link === undefined)) return bad('media', 'either id or link');
  if (id !== undefined && !ledger.media(textOf(id))) return bad('id', 'is of no media');
  const isLink = link === undefined || /^https?:\/\/\S+$/.test(textOf(link));
  if (!isLink) return bad('link', 'is not a URL');
  return caption === undefined ? undefined : sized('caption', caption, captionLength);
}

function checkTemplate({ part, templates }: Sending): Complaint | undefined {
  const { code } = recordOf(part.language);
  const missing = sized('name', part.name, 512) ?? sized('language.code', code, 15);
  if (missing !== undefined || templates.has(textOf(part.name))) return missing;
  return { code: 132001, details: `template name (${part.name}) does not exist in ${code}` };
}

function checkReaction(messageId: string, ledger: Ledger): Complaint | undefined {
  return ledger.knows(messageId) ? undefined : bad('message_id', 'is of no message');
}

/** Samples give numbers as well as texts. */
function degrees(value: unknown): Complaint | undefined {
  const isNumber = typeof value === 'number' || textOf(value).trim() !== '';
  return isNumber && Number.isFinite(Number(value)) ? undefined : bad('location', 'degrees');
}

function checkInteractive({ type, header, body, footer, action }: Json): Complaint | undefined {
  const text = recordOf(body).text;
  const { text: heading } = recordOf(header);
  const { text: footing } = recordOf(footer);
  const outer =
    (heading === undefined ? undefined : sized('header', heading, LIMITS.headerOrFooter)) ??
    (footing === undefined ? undefined : sized('footer', footing, LIMITS.headerOrFooter));
  if (outer !== undefined) return outer;
  if (type === 'button') {
    const buttons = listOf(recordOf(action).buttons);
    const replies = buttons.map(({ reply }) => recordOf(reply));
    return (
      sized('body', text, LIMITS.body) ??
      counted('buttons', buttons, LIMITS.buttons) ??
      checkReplies('Button', replies, LIMITS.buttonTitle, LIMITS.buttonId)
    );
  }
  if (type === 'list') return checkList(text, recordOf(action));
  return OTHER_INTERACTIVE.has(textOf(type)) ? undefined : bad('interactive.type', `${type}`);
}

/** Taken as they are. */
const OTHER_INTERACTIVE: ReadonlySet<string> = new Set(
  (
    'cta_url location_request_message address_message flow product product_list ' +
    'catalog_message call_permission_request carousel'
  ).split(' '),
);

function checkList(text: unknown, action: Json): Complaint | undefined {
  const sections = listOf(action.sections);
  const rows = sections.flatMap((section) => listOf(section.rows));
  // A single section needs no title.
  const titled = sections.length > 1 ? sections : sections.filter(({ title }) => title);
  const described = rows.filter(({ description }) => description);
  return (
    sized('body', text, LIMITS.listBody) ??
    sized('action.button', action.button, LIMITS.listButton) ??
    counted('sections', sections, LIMITS.sections) ??
    counted('rows', rows, LIMITS.rows) ??
    firstOf(titled, ({ title }) => sized('Section title', title, LIMITS.sectionTitle)) ??
    firstOf(described, (row) => sized('description', row.description, LIMITS.rowDescription)) ??
    checkReplies('Row', rows, LIMITS.rowTitle, LIMITS.rowId)
  );
}

function checkReplies(name: string, replies: readonly Json[], title: number, id: number) {
  const isDistinct = new Set(replies.map((reply) => reply.id)).size === replies.length;
  const complaint = firstOf(
    replies,
    (reply) => sized(`${name} title`, reply.title, title) ?? sized(`${name} id`, reply.id, id),
  );
  return complaint ?? (isDistinct ? undefined : bad(`${name} id`, 'is there twice'));
}

/** Of media given by link: Meta asks the media's server, this goes by the message's type. */
const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  ['image', 'image/jpeg'],
  ['video', 'video/mp4'],
  ['audio', 'audio/ogg'],
  ['document', 'application/octet-stream'],
  ['sticker', 'image/webp'],
]);

function sized(name: string, value: unknown, max: number): Complaint | undefined {
  if (value === undefined || value === null || value === '') {
    return { code: 131008, details: `${name} is required` };
  }
  if (typeof value === 'string' && value.length <= max) return undefined;
  return bad(name, `length invalid. Min length: 1, Max length: ${max}`);
}

function counted(name: string, list: readonly Json[], max: number): Complaint | undefined {
  if (list.length === 0) return { code: 131008, details: `${name} is required` };
  return list.length <= max ? undefined : bad(name, `at most ${max} allowed`);
}

function firstOf<T>(items: readonly T[], check: (item: T) => Complaint | undefined) {
  for (const item of items) {
    const complaint = check(item);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}
