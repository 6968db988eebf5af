/**
 * What the mock Cloud API remembers: how many messages there were, who wrote within 24 hours, and
 * the newest media. Messages themselves are not kept: an id proves itself, as it can be made again.
 */
import { createHash } from 'node:crypto';
import { textOf } from '../../src/channels/json.ts';
import { CUSTOMER_SERVICE_WINDOW_MS } from '../../src/channels/whatsapp/limits.ts';
import { type MediaJson, whatsappAccount } from '../../src/channels/whatsapp/wire.ts';
import type { HttpRequest, HttpResponse } from '../../src/http.ts';
import { createDeadlines } from '../deadlines.ts';
import type { ProviderParts } from '../provider.ts';
import type { Complaint } from './webhook.ts';

/** `in`: from a customer to the business. */
export type Direction = 'in' | 'out';

export interface Issued {
  /** Of this provider's messages, from 1, both ways counted together. */
  readonly number: number;
  /** `wamid.…` */
  readonly id: string;
}

export interface MediaRecord {
  readonly json: MediaJson & { readonly url: string };
  /** Bytes; 0 where the content is elsewhere. */
  readonly size: number;
  /** What was uploaded. */
  readonly bytes?: Uint8Array;
}

export interface Ledger {
  /** Gives the next message, from or to the customer of that address, a number and an id. */
  issue(direction: Direction, address: string): Issued;
  /** Whether this ledger issued the id (to a message of that direction, if given). */
  knows(id: string, direction?: Direction): boolean;
  /** The customer wrote: the window opens for 24 hours from now. */
  openWindow(address: string): void;
  isWindowOpen(address: string): boolean;
  /** Gives the media an id, and keeps its description. Without bytes the url is hashed instead. */
  keepMedia(media: { mimeType: string; url?: string; bytes?: Uint8Array }): MediaRecord;
  media(id: string): MediaRecord | undefined;
  /** True when there was such media. */
  removeMedia(id: string): boolean;
}

/** Media kept; the oldest is forgotten first, so that memory does not grow with the run. */
const KEPT_MEDIA = 1000;

export function createLedger(
  parts: Pick<ProviderParts, 'channelId' | 'random' | 'clock' | 'publicUrl'>,
): Ledger {
  const { clock, random, publicUrl } = parts;
  const windows = createDeadlines(clock);
  const media = new Map<string, MediaRecord>();
  const messagePurpose = `${parts.channelId} wamid`;
  const mediaPurpose = `${parts.channelId} media`;
  let messages = 0;
  let mediaCount = 0;

  const idOf = (direction: Direction, address: string, number: number) =>
    wamid({ direction, address, number, chance: random(messagePurpose, number) });

  return {
    issue(direction, address) {
      messages += 1;
      return { number: messages, id: idOf(direction, address, messages) };
    },
    knows(id, direction) {
      const read = readWamid(id);
      if (read === undefined || read.number < 1 || read.number > messages) return false;
      if (direction !== undefined && read.direction !== direction) return false;
      return idOf(read.direction, read.address, read.number) === id;
    },
    openWindow: (address) => windows.set(address, clock.now() + CUSTOMER_SERVICE_WINDOW_MS),
    isWindowOpen: (address) => windows.get(address) !== undefined,
    keepMedia({ mimeType, url, bytes }) {
      mediaCount += 1;
      const chance = Math.floor(random(mediaPurpose, mediaCount) * 9e8);
      const id = `${1e8 + chance}${String(mediaCount).padStart(7, '0')}`;
      const sha256 = createHash('sha256')
        .update(bytes ?? url ?? id)
        .digest('base64');
      const json = {
        mime_type: mimeType,
        sha256,
        id,
        url: url ?? `${publicUrl}/v25.0/${id}/content`,
      };
      const record = { json, size: bytes?.length ?? 0, ...(bytes && { bytes }) };
      media.set(id, record);
      const [oldest] = media.size > KEPT_MEDIA ? media.keys() : [];
      if (oldest !== undefined) media.delete(oldest);
      return record;
    },
    media: (id) => media.get(id),
    removeMedia: (id) => media.delete(id),
  };
}

/** What was uploaded, as it was; nothing for media that is elsewhere. */
export function bytesOf(ledger: Ledger, id: string): HttpResponse | undefined {
  const { json, bytes } = ledger.media(id) ?? {};
  if (json === undefined || bytes === undefined) return undefined;
  return { status: 200, headers: { 'content-type': json.mime_type }, body: Buffer.from(bytes) };
}

/** Keeps the file of a multipart form; its id, or what is wrong with the form. */
export async function upload(
  ledger: Ledger,
  { headers, body }: HttpRequest,
): Promise<{ readonly value: { readonly id: string } } | Complaint> {
  try {
    const form = await new Response(body, { headers: { ...headers } }).formData();
    if (form.get('messaging_product') !== 'whatsapp') return { code: 100, details: NO_PRODUCT };
    const file = form.get('file');
    if (file === null || typeof file === 'string') return { code: 131008, details: 'file' };
    const bytes = await file.bytes();
    const mimeType = textOf(form.get('type')) || file.type;
    return { value: { id: ledger.keepMedia({ mimeType, bytes }).json.id } };
  } catch {
    return { code: 100, details: 'The body is not multipart/form-data' };
  }
}

export const NO_PRODUCT = 'messaging_product must be whatsapp';

/** The business's number as the API shows it; only the wanted `fields` (by comma), if given. */
export function numberJson(
  { channel, channelId }: Pick<ProviderParts, 'channel' | 'channelId'>,
  fields: string | string[] | undefined,
) {
  const all: Readonly<Record<string, unknown>> = {
    verified_name: channelId,
    code_verification_status: 'VERIFIED',
    display_phone_number: channel.address,
    quality_rating: 'GREEN',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
  };
  const wanted = typeof fields === 'string' ? fields.split(',') : undefined;
  const shown = Object.entries(all).filter(([name]) => wanted?.includes(name) ?? true);
  return { ...Object.fromEntries(shown), id: whatsappAccount(channel).phoneNumberId };
}

/** The approved templates: `name`, or `name:2` for one with so many parameters, by comma. */
export function templatesOf({
  channel,
}: Pick<ProviderParts, 'channel'>): ReadonlyMap<string, number | undefined> {
  const written = (channel.account.templates ?? 'hello_world:0').split(',');
  return new Map(
    written.map((template) => {
      const [name = '', count] = template.trim().split(':');
      return [name, count === undefined ? undefined : Number(count)];
    }),
  );
}

/** The templates as the API lists them, on one page; only the one of that name, if given. */
export function templateListJson(
  parts: Pick<ProviderParts, 'channel'>,
  name: string | string[] | undefined,
) {
  const all = [...templatesOf(parts)].map(([template, count = 0], i) => ({
    name: template,
    parameter_format: 'POSITIONAL',
    components: [{ type: 'BODY', text: [`[template: ${template}]`, ...places(count)].join(' ') }],
    language: 'en_US',
    status: 'APPROVED',
    category: 'UTILITY',
    id: String(594_425_479_261_596 + i),
  }));
  const data = name === undefined ? all : all.filter((template) => template.name === name);
  return { data, paging: { cursors: { before: 'MAZDZD', after: 'MjQZD' } } };
}

function places(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `{{${i + 1}}}`);
}

/** A customer's business-scoped id: made of their address, so that it needs no keeping. */
export function userIdOf(address: string): string {
  return USER_ID_PREFIX + address;
}

/** The address behind a business-scoped id of ours. */
export function addressOfUser(userId: string): string | undefined {
  const address = userId.slice(USER_ID_PREFIX.length);
  return userId.startsWith(USER_ID_PREFIX) && /^\d+$/.test(address) ? address : undefined;
}

const USER_ID_PREFIX = 'US.1349120';

/**
 * A message id in the structure that decoding Meta's own samples shows: the customer's number, the
 * direction and 18 or 20 hex digits, each behind a tag and a length. Of the digits the last eight
 * are the message's number, so that no two ids are ever the same.
 */
function wamid(message: {
  readonly direction: Direction;
  readonly address: string;
  readonly number: number;
  /** In [0, 1). */
  readonly chance: number;
}): string {
  const { direction, address, number, chance } = message;
  const drawn = Math.floor(chance * 2 ** 40);
  const digits = PREFIX[direction] + hex(drawn, 10) + hex(number, NUMBER_DIGITS);
  const who = `\x1c\x18${lengthOf(address)}${address}`;
  const bytes = `${who}${TAG[direction]}${lengthOf(digits)}${digits}\0`;
  return `wamid.${Buffer.from(bytes, 'latin1').toString('base64')}`;
}

const NUMBER_DIGITS = 8;

/** Ids given by a customer's phone are longer and often begin so; those of the API do not. */
const PREFIX: Readonly<Record<Direction, string>> = { in: '3A', out: '' };
const TAG: Readonly<Record<Direction, string>> = {
  in: '\x15\x02\0\x12\x18',
  out: '\x15\x02\0\x11\x18',
};

function readWamid(id: string) {
  const bytes = Buffer.from(id.slice('wamid.'.length), 'base64').toString('latin1');
  const digitsAt = 3 + bytes.charCodeAt(2) + TAG.in.length + 1;
  const direction: Direction = bytes.charAt(digitsAt - 3) === TAG.in.charAt(3) ? 'in' : 'out';
  const address = bytes.slice(3, 3 + bytes.charCodeAt(2));
  const number = Number.parseInt(bytes.slice(-NUMBER_DIGITS - 1, -1), 16);
  return Number.isNaN(number) ? undefined : { direction, address, number };
}

function lengthOf(text: string): string {
  return String.fromCharCode(text.length);
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
