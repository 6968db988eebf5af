/**
 * What the Cloud API asks of a send (Cloud API reference: Messages): required fields, documented
 * limits, known media and templates; and its rate limits. Fields it does not know are nobody's
 * business.
 */
import { type Json, listOf, recordOf, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { WHATSAPP_LIMITS, type WhatsAppLimits } from '../../src/channels/whatsapp/limits.ts';
import type { Clock } from '../../src/ports.ts';
import { createDeadlines } from '../deadlines.ts';
import type { ProviderParts } from '../provider.ts';
import type { Ledger } from './ledger.ts';
import type { Complaint, ProblemCode } from './webhook.ts';

/** A send, and what it is checked against. */
export interface Sending {
  readonly body: Json;
  /** The object named by the message's type. */
  readonly part: Json;
  readonly ledger: Ledger;
  /** The approved ones, by name: how many parameters they take, where that is known. */
  readonly templates: ReadonlyMap<string, number | undefined>;
  readonly limits: WhatsAppLimits;
}

/** What is wrong with a send of that type; nothing if it is fine. */
export function checkMessage(type: string, sending: Sending): Complaint | undefined {
  const check = CHECKS.get(type);
  return check === undefined ? { code: 131051, details: type } : check(sending);
}

/** A value that can't be taken (131009). */
export function bad(name: string, why: string): Complaint {
  return { code: 131009, details: `${name}: ${why}` };
}

/** What each type needs (Cloud API reference: Messages); a type that is not here is refused. */
const CHECKS: ReadonlyMap<string, (sending: Sending) => Complaint | undefined> = new Map([
  ['text', ({ part, limits }) => sized("text['body']", part.body, limits.text)],
  ['image', (sending) => checkMedia(sending, sending.limits.caption)],
  ['video', (sending) => checkMedia(sending, sending.limits.caption)],
  ['document', (sending) => checkMedia(sending, sending.limits.caption)],
  ['audio', (sending) => checkMedia(sending, 0)],
  ['sticker', (sending) => checkMedia(sending, 0)],
  ['interactive', ({ part, limits }) => checkInteractive(part, limits)],
  ['template', (sending) => checkTemplate(sending)],
  ['reaction', ({ part, ledger }) => checkReaction(textOf(part.message_id), ledger)],
  ['location', ({ part }) => degrees(part.latitude) ?? degrees(part.longitude)],
  ['contacts', ({ body, limits }) => counted('contacts', listOf(body.contacts), limits.contacts)],
]);

function checkMedia({ part, ledger }: Sending, captionLength: number): Complaint | undefined {
  const { id, link, caption } = part;
  if ((id === undefined) === (link === undefined)) return bad('media', 'either id or link');
  if (id !== undefined && !ledger.media(textOf(id))) return bad('id', 'is of no media');
  const isLink = link === undefined || /^https?:\/\/\S+$/.test(textOf(link));
  if (!isLink) return bad('link', 'is not a URL');
  // Clients give an empty or null caption for none.
  return caption ? sized('caption', caption, captionLength) : undefined;
}

function checkTemplate({ part, templates }: Sending): Complaint | undefined {
  const { code } = recordOf(part.language);
  const missing = sized('name', part.name, 512) ?? sized('language.code', code, 15);
  if (missing !== undefined) return missing;
  const name = textOf(part.name);
  const wanted = templates.get(name);
  const body = listOf(part.components).filter((one) => one.type === 'body');
  const given = body.reduce((sum, one) => sum + listOf(one.parameters).length, 0);
  if (wanted !== undefined && wanted !== given) {
    const details = `body: number of localizable_params (${given}) does not match the expected`;
    return { code: 132000, details: `${details} number of params (${wanted})` };
  }
  if (templates.has(name)) return undefined;
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

function checkInteractive(
  { type, header, body, footer, action }: Json,
  limits: WhatsAppLimits,
): Complaint | undefined {
  const text = recordOf(body).text;
  const { text: heading } = recordOf(header);
  const { text: footing } = recordOf(footer);
  const outer =
    (heading === undefined ? undefined : sized('header', heading, limits.headerOrFooter)) ??
    (footing === undefined ? undefined : sized('footer', footing, limits.headerOrFooter));
  if (outer !== undefined) return outer;
  if (type === 'button') {
    const buttons = listOf(recordOf(action).buttons);
    const replies = buttons.map(({ reply }) => recordOf(reply));
    return (
      sized('body', text, limits.body) ??
      counted('buttons', buttons, limits.buttons) ??
      checkReplies('Button', replies, limits.buttonTitle, limits.buttonId)
    );
  }
  if (type === 'list') return checkList(text, recordOf(action), limits);
  return OTHER_INTERACTIVE.has(textOf(type)) ? undefined : bad('interactive.type', `${type}`);
}

/** Taken as they are. */
const OTHER_INTERACTIVE: ReadonlySet<string> = new Set(
  (
    'cta_url location_request_message address_message flow product product_list ' +
    'catalog_message call_permission_request carousel'
  ).split(' '),
);

function checkList(text: unknown, action: Json, limits: WhatsAppLimits): Complaint | undefined {
  const sections = listOf(action.sections);
  const rows = sections.flatMap((section) => listOf(section.rows));
  // A single section needs no title.
  const titled = sections.length > 1 ? sections : sections.filter(({ title }) => title);
  const described = rows.filter(({ description }) => description);
  return (
    sized('body', text, limits.listBody) ??
    sized('action.button', action.button, limits.listButton) ??
    counted('sections', sections, limits.sections) ??
    counted('rows', rows, limits.rows) ??
    firstOf(titled, ({ title }) => sized('Section title', title, limits.sectionTitle)) ??
    firstOf(described, (row) => sized('description', row.description, limits.rowDescription)) ??
    checkReplies('Row', rows, limits.rowTitle, limits.rowId)
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

/** Counts a message, or says which limit forbids it. */
export function createRateLimits(parts: ProviderParts) {
  const { clock, channel } = parts;
  const limits = limitsOf(channel, WHATSAPP_LIMITS);
  const throughput = createThroughput(clock, Math.ceil(limits.messagesPerSecond));
  const isPairFree =
    channel.account.pairLimit === 'on' ? createPairLimit(clock, limits) : () => true;
  return (address: string): ProblemCode | undefined => {
    if (throughput.isUsedUp()) return 130429;
    if (!isPairFree(address)) return 131056;
    throughput.use();
    return undefined;
  };
}

/** Never more than `rate` within any second; 0 is no limit. */
function createThroughput(clock: Clock, rate: number) {
  // A ring of the times of the last `rate` messages; `next` is the oldest.
  const times: number[] = [];
  let next = 0;
  return {
    isUsedUp() {
      const oldest = times[next];
      return oldest !== undefined && clock.now() - oldest < 1000;
    },
    use() {
      if (rate === 0) return;
      times[next] = clock.now();
      next = (next + 1) % rate;
    },
  };
}

/** One message in six seconds to one customer; up to 45 at once, to be paid back in silence. */
function createPairLimit(
  clock: Clock,
  { pairIntervalMs, pairBurst }: WhatsAppLimits,
): (address: string) => boolean {
  const paidBack = createDeadlines(clock);
  return (address) => {
    const owedUntil = (paidBack.get(address) ?? clock.now()) + pairIntervalMs;
    if (owedUntil - clock.now() > pairBurst * pairIntervalMs) return false;
    paidBack.set(address, owedUntil);
    return true;
  };
}
