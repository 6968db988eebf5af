/**
 * What the Messenger Platform refuses, and in what words: checks of sends, of who may be written to
 * and when, of how much. It changes nothing but its own counts.
 */
import { type Json, listOf, recordOf, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { MESSENGER_LIMITS, type MessengerLimits } from '../../src/channels/messenger/limits.ts';
import type { ErrorJson } from '../../src/channels/messenger/wire.ts';
import type { Clock } from '../../src/ports.ts';
import type { ProviderParts } from '../provider.ts';
import type { Edge } from './content.ts';
import type { Ledger } from './ledger.ts';

/** An error as the API answers it, but for its trace. */
export interface Problem extends Omit<ErrorJson['error'], 'fbtrace_id'> {
  readonly status: number;
}

export function problem(code: number, message: string, subcode?: number): Problem {
  const known = { status: 400, type: 'OAuthException', code } as const;
  const text = `(#${code}) ${message}`;
  return { ...known, message: text, ...(subcode !== undefined && { error_subcode: subcode }) };
}

/** What can't be taken (100). */
export function bad(message: string, subcode?: number): Problem {
  return problem(100, message, subcode);
}

/** Graph's word for an id that leads nowhere. */
export function noObject(method: string, id: string): Problem {
  return {
    status: 400,
    message:
      `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, ` +
      'cannot be loaded due to missing permissions, or does not support this operation. ' +
      'Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api',
    type: 'GraphMethodException',
    code: 100,
    error_subcode: 33,
  };
}

/** Graph's word for an edge that there is not. */
export function unknownPath(path: string): Problem {
  const message = `Unknown path components: ${path}`;
  return { status: 400, message, type: 'OAuthException', code: 2500 };
}

/** Lets only requests through that are about the page, by `me` or by its id. */
export function ofPage(pageId: string, take: Edge['take']): Edge['take'] {
  return (call) => {
    const [id = ''] = call.names;
    if (id === 'me' || id === pageId) return take(call);
    return { problem: noObject(call.request.method, id) };
  };
}

/** The credentials of a request. Empty: not given. */
export interface Credentials {
  readonly token: string;
  /** `appsecret_proof`; it need not be given. */
  readonly proof: string;
}

export const BAD_TOKEN: Problem = {
  status: 400,
  message: 'Invalid OAuth access token - Cannot parse access token',
  type: 'OAuthException',
  code: 190,
};

/** `isProofNeeded`: the app is set to require it. */
export function checkCredentials(
  given: Credentials,
  right: Credentials,
  isProofNeeded: boolean,
): Problem | undefined {
  if (given.token === '')
    return problem(104, 'An access token is required to request this resource.');
  if (given.token !== right.token) return BAD_TOKEN;
  if (given.proof === right.proof || (given.proof === '' && !isProofNeeded)) return undefined;
  const message =
    given.proof === ''
      ? 'API calls from the server require an appsecret_proof argument'
      : 'Invalid appsecret_proof provided in the API argument';
  return { status: 400, message, type: 'GraphMethodException', code: 100 };
}

/** What the names of simulated people begin with; the rest is their number. */
export const PSID_PREFIX = '72';
export const PSID_DIGITS = 16;

/** Who may be sent what, and whether it is too much. */
export interface Rules {
  /** Whether there is such a person to this page. */
  isPerson(psid: string): boolean;
  /** Why that person can't be written to at all. */
  checkPerson(psid: string): Problem | undefined;
  /** Why they can't be sent this now; counts it if they can. */
  checkSend(psid: string, send: Json): Problem | undefined;
  /** Whether the message itself can be taken. */
  checkMessage(message: Json, file: object | undefined): Problem | undefined;
}

export function createRules(
  parts: ProviderParts,
  ledger: Ledger,
  isConnected: (psid: string) => boolean,
): Rules {
  const { account } = parts.channel;
  const limits = limitsOf(parts.channel, MESSENGER_LIMITS);
  const names = (text: string) => new Set(text.split(',').flatMap((name) => name.trim() || []));
  const blocked = names(account.unreachable ?? '');
  const tags = names(account.tags ?? HUMAN_AGENT);
  const messages = createThroughput(parts.clock, limits.messagesPerSecond);
  const media = createThroughput(parts.clock, limits.mediaPerSecond);
  const isOurs = new RegExp(`^${PSID_PREFIX}\\d{${PSID_DIGITS - PSID_PREFIX.length}}$`);

  const isPerson = (psid: string) =>
    isOurs.test(psid) || isConnected(psid) || ledger.windowOf(psid) !== undefined;
  return {
    isPerson,
    checkPerson(psid) {
      if (blocked.has(psid)) return problem(551, "This person isn't available right now.", 1545041);
      return isPerson(psid) ? undefined : bad('No matching user found', 2018001);
    },
    checkSend(psid, send) {
      const type = send.messaging_type ?? (send.tag === undefined ? 'RESPONSE' : 'MESSAGE_TAG');
      const wrong = checkType(type, send.tag, tags);
      if (wrong !== undefined) return wrong;
      const window = ledger.windowOf(psid);
      // Only the tag for human answers knows an end; the others tell of what has happened.
      const isTagged = type === 'MESSAGE_TAG' && (send.tag !== HUMAN_AGENT || window === 'agent');
      if (window !== 'standard' && !isTagged) return OUTSIDE;
      const { type: kind } = recordOf(recordOf(send.message).attachment);
      const throughput = kind === 'audio' || kind === 'video' ? media : messages;
      return throughput.use() ? undefined : TOO_MANY;
    },
    checkMessage: (message, file) => checkMessage(message, file !== undefined, limits),
  };
}

const HUMAN_AGENT = 'HUMAN_AGENT';

const OUTSIDE = problem(
  10,
  'This message is sent outside of allowed window. Learn more about the new policy here: ' +
    'https://developers.facebook.com/docs/messenger-platform/policy-overview',
  2018278,
);

const TOO_MANY = problem(613, 'Calls to this api have exceeded the rate limit.');

const TYPES: ReadonlySet<unknown> = new Set(['RESPONSE', 'UPDATE', 'MESSAGE_TAG', 'UTILITY']);

function checkType(type: unknown, tag: unknown, tags: ReadonlySet<string>): Problem | undefined {
  if (!TYPES.has(type))
    return bad(`Param messaging_type must be one of {${[...TYPES].join(', ')}}`);
  if (type !== 'MESSAGE_TAG') return undefined;
  if (textOf(tag) === '') return bad('The parameter tag is required');
  return tags.has(textOf(tag)) ? undefined : bad(`Tag ${tag} is not allowed for this page`);
}

/** Up to `rate` within any second; 0: any number. */
function createThroughput(clock: Pick<Clock, 'now'>, rate: number) {
  // A ring of the times of the last `rate` messages; `next` is the oldest.
  const times: number[] = [];
  let next = 0;
  return {
    /** Counts one more; false when that is one too many. */
    use(): boolean {
      if (rate <= 0) return true;
      const oldest = times[next];
      if (oldest !== undefined && clock.now() - oldest < 1000) return false;
      times[next] = clock.now();
      next = (next + 1) % Math.ceil(rate);
      return true;
    },
  };
}

/** Meta docs: Send API reference, message. Longer titles of quick replies are cut on the phone. */
function checkMessage(message: Json, hasFile: boolean, limits: MessengerLimits) {
  const { text, attachment, quick_replies: replies, metadata } = message;
  if (!textOf(text) && attachment === undefined) {
    return bad('Message cannot be empty, must provide valid attachment or text', 2018034);
  }
  return (
    within('message[text]', text, limits.text) ??
    within('message[metadata]', metadata, limits.metadata) ??
    (attachment === undefined
      ? undefined
      : checkAttachment(recordOf(attachment), hasFile, limits)) ??
    (replies === undefined ? undefined : checkReplies(replies, limits))
  );
}

function checkReplies(replies: unknown, limits: MessengerLimits): Problem | undefined {
  const all = listOf(replies);
  const name = 'message[quick_replies]';
  if (!Array.isArray(replies) || all.length !== replies.length) {
    return bad(`Param ${name} must be an array.`);
  }
  if (all.length > limits.quickReplies) return bad(`Param ${name} has too many elements.`);
  for (const [i, { content_type: type, title, payload }] of all.entries()) {
    const at = `${name}[${i}]`;
    if (!REPLIES.has(type))
      return bad(`Param ${at}[content_type] must be one of {${[...REPLIES]}}`);
    if (type === 'text' && textOf(title) === '')
      return bad(`The parameter ${at}[title] is required`);
    const wrong = within(`${at}[payload]`, payload, limits.quickReplyPayload);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** `location` is no more, but harmless. */
const REPLIES: ReadonlySet<unknown> = new Set([
  'text',
  'user_phone_number',
  'user_email',
  'location',
]);

const ATTACHMENTS: ReadonlySet<unknown> = new Set(['image', 'audio', 'video', 'file', 'template']);

function checkAttachment(attachment: Json, hasFile: boolean, limits: MessengerLimits) {
  const payload = recordOf(attachment.payload);
  if (!ATTACHMENTS.has(attachment.type)) {
    return bad(`Param message[attachment][type] must be one of {${[...ATTACHMENTS].join(', ')}}`);
  }
  if (attachment.type === 'template') return checkTemplate(payload, limits);
  if (hasFile || payload.attachment_id !== undefined) return undefined;
  const url = textOf(payload.url);
  if (url === '') return bad('The parameter message[attachment][payload][url] is required');
  return /^https?:\/\/\S+$/.test(url) ? undefined : bad('Upload attachment failure.', 2018047);
}

const BUTTONS = 'message[attachment][payload][buttons]';

function checkTemplate(payload: Json, limits: MessengerLimits): Problem | undefined {
  const { template_type: type, text, buttons, elements } = payload;
  if (textOf(type) === '') {
    return bad('The parameter message[attachment][payload][template_type] is required');
  }
  if (type === 'button') {
    if (textOf(text) === '')
      return bad('The parameter message[attachment][payload][text] is required');
    const tooLong = within('message[attachment][payload][text]', text, limits.buttonText);
    return tooLong ?? counted(BUTTONS, buttons, limits.buttons);
  }
  if (type !== 'generic') return undefined;
  return counted('message[attachment][payload][elements]', elements, limits.elements);
}

function counted(name: string, list: unknown, max: number): Problem | undefined {
  const { length } = listOf(list);
  if (length === 0) return bad(`Param ${name} must be a non-empty array.`);
  return length > max ? bad(`Param ${name} has too many elements.`) : undefined;
}

function within(name: string, value: unknown, max: number): Problem | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') return bad(`Param ${name} must be a string`);
  if ([...value].length <= max) return undefined;
  return bad(`Length of param ${name} must be less than or equal to ${max}`);
}
