/**
 * What the mock Messenger Platform remembers: how many messages there were, who wrote within the
 * windows, uploads, personas, the page's profile and what it is subscribed to. Messages themselves
 * are not kept: an id proves itself, as it can be made again. And how all that is read and set.
 */
import { createHash } from 'node:crypto';
import { type Json, recordOf, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { MESSENGER_LIMITS } from '../../src/channels/messenger/limits.ts';
import { type MediaType, messengerAccount } from '../../src/channels/messenger/wire.ts';
import { createDeadlines } from '../deadlines.ts';
import type { ProviderParts } from '../provider.ts';
import type { Edge } from './content.ts';
import { bad, noObject, ofPage } from './rules.ts';

export interface Issued {
  /** Of this provider's messages, from 1, both ways counted together. */
  readonly number: number;
  /** `m_…`: the same at the API and in webhooks. */
  readonly mid: string;
}

/** A file that messages may name. */
export interface Attachment {
  readonly id: string;
  readonly type: MediaType;
  readonly url: string;
  /** Empty where nobody told. */
  readonly mimeType: string;
}

export interface Persona {
  readonly id: string;
  readonly name: string;
  readonly profile_picture_url: string;
}

export interface Ledger {
  /** Gives the next message, from that person or to them, a number and an id. */
  issue(psid: string): Issued;
  /** Whether this ledger issued the id, in the thread with that person. */
  knows(mid: string, psid: string): boolean;
  /** The person did something: the windows open from now. */
  openWindows(psid: string): void;
  /** `agent`: only for what a human writes; nothing: not at all. */
  windowOf(psid: string): 'standard' | 'agent' | undefined;
  /** Without an address the file is ours to show. */
  keepAttachment(
    attachment: Omit<Attachment, 'id' | 'url'> & { readonly url?: string },
  ): Attachment;
  attachment(id: string): Attachment | undefined;
  keepPersona(persona: Omit<Persona, 'id'>): Persona;
  /** Newest last. */
  readonly personas: ReadonlyMap<string, Persona>;
  /** True when there was such a persona. */
  removePersona(id: string): boolean;
  /** The page's messenger profile, by the names of its fields. */
  readonly profile: Map<string, unknown>;
  /** Names of the webhook fields the page is subscribed to. */
  readonly subscribed: Set<string>;
}

/** Kept of each kind; the oldest is forgotten first, so that memory does not grow with the run. */
const KEPT = 1000;

export function createLedger(
  parts: Pick<ProviderParts, 'channelId' | 'channel' | 'random' | 'clock' | 'publicUrl'>,
): Ledger {
  const { clock, random, publicUrl, channelId } = parts;
  const { replyWindowMs, humanAgentWindowMs } = limitsOf(parts.channel, MESSENGER_LIMITS);
  const [standard, agent] = [createDeadlines(clock), createDeadlines(clock)];
  const attachments = new Map<string, Attachment>();
  const personas = new Map<string, Persona>();
  let messages = 0;
  let objects = 0;

  const midOf = (psid: string, number: number) =>
    createMid(`${psid} ${number} ${random(`${channelId} mid`, number)}`, number);
  const newId = () => {
    objects += 1;
    const drawn = Math.floor(random(`${channelId} object`, objects) * 9e8);
    return `${1e8 + drawn}${String(objects).padStart(7, '0')}`;
  };
  return {
    issue(psid) {
      messages += 1;
      return { number: messages, mid: midOf(psid, messages) };
    },
    knows(mid, psid) {
      const number = numberOf(mid);
      return number >= 1 && number <= messages && midOf(psid, number) === mid;
    },
    openWindows(psid) {
      standard.set(psid, clock.now() + replyWindowMs);
      agent.set(psid, clock.now() + humanAgentWindowMs);
    },
    windowOf(psid) {
      if (standard.get(psid) !== undefined) return 'standard';
      return agent.get(psid) === undefined ? undefined : 'agent';
    },
    keepAttachment({ type, mimeType, url }) {
      const id = newId();
      return keep(attachments, { id, type, mimeType, url: url ?? `${publicUrl}/${id}` });
    },
    attachment: (id) => attachments.get(id),
    keepPersona: (persona) => keep(personas, { id: newId(), ...persona }),
    personas,
    removePersona: (id) => personas.delete(id),
    profile: new Map(),
    subscribed: new Set(),
  };
}

/** The page's own settings. */
export function pageEdges(parts: ProviderParts, ledger: Ledger): readonly Edge[] {
  const { channel, channelId } = parts;
  const { appId } = messengerAccount(channel);
  const edge = (name: string, take: Edge['take']): Edge => {
    const endpoint = name.replace(' ', ' /{pageId}/');
    return { endpoint, take: ofPage(channel.address, take) };
  };
  const done = { value: { success: true } };
  const app = () => {
    const link = `https://www.facebook.com/games/?app_id=${appId}`;
    return { link, name: channelId, id: appId, subscribed_fields: [...ledger.subscribed] };
  };
  return [
    edge('GET messenger_profile', ({ fields }) => {
      const wanted = namesIn(fields.fields);
      const found = [...ledger.profile].filter(([name]) => wanted.includes(name));
      return { value: { data: found.length === 0 ? [] : [Object.fromEntries(found)] } };
    }),
    edge('POST messenger_profile', ({ fields }) => {
      const known = PROFILE.filter((name) => fields[name] !== undefined);
      if (known.length === 0) return { problem: bad(`Requires one of the params: ${PROFILE}`) };
      for (const name of known) ledger.profile.set(name, fields[name]);
      return { value: { result: 'success' } };
    }),
    edge('DELETE messenger_profile', ({ fields }) => {
      const names = namesIn(fields.fields);
      if (names.length === 0) return { problem: bad('The parameter fields is required') };
      for (const name of names) ledger.profile.delete(name);
      return { value: { result: 'success' } };
    }),
    edge('GET subscribed_apps', () => ({
      value: { data: ledger.subscribed.size === 0 ? [] : [app()] },
    })),
    edge('POST subscribed_apps', ({ fields }) => {
      const names = namesIn(fields.subscribed_fields);
      if (names.length === 0)
        return { problem: bad('The parameter subscribed_fields is required') };
      ledger.subscribed.clear();
      for (const name of names) ledger.subscribed.add(name);
      return done;
    }),
    edge('DELETE subscribed_apps', () => {
      ledger.subscribed.clear();
      return done;
    }),
    ...['pass', 'take', 'request', 'release'].map((verb) =>
      edge(`POST ${verb}_thread_control`, ({ fields }) =>
        textOf(recordOf(fields.recipient).id) === ''
          ? { problem: bad('The parameter recipient is required') }
          : done,
      ),
    ),
    edge('GET thread_owner', () => ({ value: { data: [{ thread_owner: { app_id: appId } }] } })),
    edge('GET secondary_receivers', () => ({ value: { data: [] } })),
    edge('GET personas', () => ({ value: { data: [...ledger.personas.values()].reverse() } })),
    edge('POST personas', ({ fields }) => {
      const [name, picture] = [textOf(fields.name), textOf(fields.profile_picture_url)];
      if (name === '') return { problem: bad('The parameter name is required') };
      if (picture === '') return { problem: bad('The parameter profile_picture_url is required') };
      return { value: { id: ledger.keepPersona({ name, profile_picture_url: picture }).id } };
    }),
  ];
}

/** Meta docs: Messenger Profile API, properties. */
const PROFILE = [
  'account_linking_url',
  'commands',
  'get_started',
  'greeting',
  'ice_breakers',
  'persistent_menu',
  'whitelisted_domains',
];

/** Things by their id: the page, people, personas; and what a token is good for. */
export function objectEdges(
  { channel, channelId, publicUrl }: ProviderParts,
  ledger: Ledger,
  people: { isPerson(psid: string): boolean; nameOf(psid: string): string | undefined },
): readonly Edge[] {
  const { appId, accessToken } = messengerAccount(channel);
  const objectOf = (id: string): Json | undefined => {
    if (id === 'me' || id === channel.address) return { name: channelId, id: channel.address };
    const persona = ledger.personas.get(id);
    if (persona !== undefined || !people.isPerson(id)) return persona && { ...persona };
    // Of those who are not connected nothing is known but that they are.
    const [first_name, ...rest] = people.nameOf(id)?.split(' ') ?? [];
    const profile_pic = `${publicUrl}/${id}/picture`;
    return first_name === undefined
      ? { id }
      : { first_name, last_name: rest.join(' '), profile_pic, id };
  };
  return [
    {
      endpoint: 'GET /debug_token',
      take({ fields }) {
        const is_valid = fields.input_token === accessToken;
        const { address: profile_id } = channel;
        const known = { type: 'PAGE', application: channelId, expires_at: 0, profile_id };
        const error = { code: 190, message: 'Invalid OAuth access token.' };
        const scopes = is_valid ? ['pages_messaging', 'pages_manage_metadata'] : [];
        const data = { app_id: appId, ...(is_valid ? known : { error }), is_valid, scopes };
        return { value: { data } };
      },
    },
    {
      endpoint: 'GET /{id}',
      take({ request, names: [id = ''], fields }) {
        const object = objectOf(id);
        if (object === undefined) return { problem: noObject(request.method, id) };
        const wanted = namesIn(fields.fields);
        const shown = Object.entries(object).filter(
          ([name]) => name === 'id' || wanted.length === 0 || wanted.includes(name),
        );
        return { value: Object.fromEntries(shown) };
      },
    },
    {
      endpoint: 'DELETE /{id}',
      take({ request, names: [id = ''] }) {
        const isGone = ledger.removePersona(id);
        return isGone ? { value: { success: true } } : { problem: noObject(request.method, id) };
      },
    },
  ];
}

/** A list of names: as one, or by comma. */
function namesIn(value: unknown): readonly string[] {
  const all = Array.isArray(value) ? value.map(textOf) : textOf(value).split(',');
  return all.map((name) => name.trim()).filter((name) => name !== '');
}

function keep<T extends { readonly id: string }>(all: Map<string, T>, one: T): T {
  all.set(one.id, one);
  const [oldest] = all.size > KEPT ? all.keys() : [];
  if (oldest !== undefined) all.delete(oldest);
  return one;
}

/**
 * As those of today look: `m_` and 86 characters of base64url, 64 bytes that mean nothing to anyone
 * else. Here the first four are the message's number, turned about by those that follow.
 */
function createMid(secret: string, number: number): string {
  const bytes = createHash('sha512').update(secret).digest();
  bytes.writeUInt32BE((number ^ bytes.readUInt32BE(4)) >>> 0, 0);
  return `m_${bytes.toString('base64url')}`;
}

/** The message's number that the id claims; 0 for what is no id. */
function numberOf(mid: string): number {
  if (!/^m_[\w-]{86}$/.test(mid)) return 0;
  const bytes = Buffer.from(mid.slice(2), 'base64url');
  return (bytes.readUInt32BE(0) ^ bytes.readUInt32BE(4)) >>> 0;
}
