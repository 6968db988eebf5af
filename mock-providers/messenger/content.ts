/**
 * Content both ways: what a phone shows of a send, and what Meta tells of a person's doings; and
 * the parameters of a request, in all the forms Graph takes. It decides nothing.
 */
import { parse } from 'node:querystring';
import { type Json, listOf, readJson, recordOf, textOf } from '../../src/channels/json.ts';
import { mediaTypeOf } from '../../src/channels/messenger/limits.ts';
import type { AttachmentJson, ReactionName } from '../../src/channels/messenger/wire.ts';
import { type Part, readMultipart } from '../../src/channels/multipart.ts';
import type { HttpRequest } from '../../src/http.ts';
import { type Choice, type Content, textOf as wordsOf } from '../../src/message.ts';
import type { Attachment } from './ledger.ts';
import type { Problem } from './rules.ts';
import type { EventName, Happening } from './webhook.ts';

/** All parameters, of the query and of the body, and the file that came with them. */
export interface Params {
  readonly fields: Json;
  readonly file?: Part;
}

/** What was asked for, with the names that stood in the path. */
export interface Call extends Params {
  readonly request: HttpRequest;
  readonly names: readonly string[];
}

/** What it is answered with; a problem says why not. */
export type Answer = { readonly value: unknown } | { readonly problem: Problem };

/** A node or an edge of the graph, and a method. */
export interface Edge {
  /** `GET /{pageId}/subscribed_apps`: without a version. */
  readonly endpoint: string;
  readonly take: (call: Call) => Answer;
}

/** Nothing for a body that can't be read. */
export function paramsOf({ url, headers, body }: HttpRequest): Params | undefined {
  const start = url.indexOf('?');
  const query = fieldsOf(start < 0 ? '' : url.slice(start + 1));
  const type = headers['content-type'] ?? '';
  if (body.length === 0) return { fields: query };
  if (/^multipart\/form-data/i.test(type)) {
    const parts = readMultipart(type, body);
    // Bytes from memory come without a file name.
    const file = parts?.find(({ name, filename }) => filename !== undefined || name === 'filedata');
    const plain = parts?.filter((part) => part !== file) ?? [];
    const fields = plain.map(
      ({ name, body: value }) => [name, readField(value.toString())] as const,
    );
    const all = { ...query, ...Object.fromEntries(fields) };
    return parts && { fields: all, ...(file && { file }) };
  }
  // Clients mislabel: what is a JSON object is taken as one.
  const json = readJson(body);
  if (json !== undefined) return { fields: { ...query, ...json } };
  if (/json/i.test(type)) return undefined;
  return { fields: { ...query, ...fieldsOf(body.toString()) } };
}

/** Clients give ids as numbers, too, and flags as texts. */
export function idOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : textOf(value);
}

export function isYes(value: unknown): boolean {
  return value === true || value === 'true';
}

export function isNo(value: unknown): boolean {
  return value === false || value === 'false';
}

/** Form fields, and of them those that hold JSON as what they hold. */
export function fieldsOf(form: string): Json {
  const fields = Object.entries(parse(form));
  return Object.fromEntries(fields.map(([name, value]) => [name, readField(value)]));
}

function readField(value: string | string[] | undefined): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  return jsonOf(value) ?? jsonOf(strictly(value)) ?? value;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Graph is lax: `{id:1234,text:'hi'}` of Meta's own samples as JSON. */
function strictly(text: string): string {
  return text
    .replace(/'((?:[^'\\]|\\.)*)'/g, (_, inside: string) =>
      JSON.stringify(inside.replace(/\\(.)/g, '$1')),
    )
    .replace(/([{,]\s*)([A-Za-z_]\w*)(\s*:)/g, '$1"$2"$3')
    .replace(/(:\s*)(\d{15,})(?=\s*[,}])/g, '$1"$2"');
}

/** A choice on a phone's screen, by its payload. */
export type Offer = 'quick_reply' | 'postback';

export interface Shown {
  readonly content: Content;
  readonly offers: Offer;
}

/** What the phone shows of a send's `message`. */
export function shownOf(
  message: Json,
  attachment: Attachment | undefined,
  titleLength: number,
): Shown {
  const { type, payload } = recordOf(message.attachment);
  const replies = listOf(message.quick_replies)
    .filter(({ content_type }) => content_type === 'text')
    .map(({ title, payload }) => choiceOf(textOf(title).slice(0, titleLength), payload));
  const text = textOf(message.text);
  if (attachment !== undefined) {
    const { url, mimeType } = attachment;
    const media = { kind: 'media', url, mimeType: mimeType || usualOf(type) } as const;
    return { content: text === '' ? media : { ...media, caption: text }, offers: 'quick_reply' };
  }
  if (type === 'template') {
    const template = templateOf(recordOf(payload));
    if (replies.length === 0) return { content: template, offers: 'postback' };
    return { content: withChoices(wordsOf(template), replies), offers: 'quick_reply' };
  }
  return { content: withChoices(text, replies), offers: 'quick_reply' };
}

/** Of files given by address: Meta asks the file's server, this goes by the message's type. */
function usualOf(type: unknown): string {
  return USUAL.get(type) ?? 'application/octet-stream';
}

const USUAL: ReadonlyMap<unknown, string> = new Map([
  ['image', 'image/jpeg'],
  ['video', 'video/mp4'],
  ['audio', 'audio/mpeg'],
]);

function choiceOf(title: string, payload: unknown): Choice {
  return { id: textOf(payload) || title, title };
}

function withChoices(text: string, choices: readonly Choice[]): Content {
  return choices.length === 0 ? { kind: 'text', text } : { kind: 'text', text, choices };
}

/** Buttons that say something to the page can be pressed; others are words. */
function templateOf({ template_type, text, buttons, elements }: Json): Content {
  const pages = listOf(elements).map((element) => recordOf(element));
  const all = [...listOf(buttons), ...pages.flatMap((element) => listOf(element.buttons))];
  const choices = all
    .filter(({ type }) => type === 'postback')
    .map(({ title, payload }) => choiceOf(textOf(title), payload));
  const links = all
    .filter(({ type }) => type !== 'postback')
    .map(({ title, url, payload }) => `${textOf(title)}: ${textOf(url) || textOf(payload)}`);
  const titles = pages.flatMap(({ title, subtitle }) => [textOf(title), textOf(subtitle)]);
  const words = [textOf(text), ...titles, ...links].filter((line) => line !== '').join('\n');
  return withChoices(words || `[template: ${textOf(template_type)}]`, choices);
}

/** What Meta tells of what a person did: the webhook field, and what happened. */
export interface Told {
  readonly event: EventName;
  readonly happening: Happening;
}

/** `offers`: how a choice was offered; nothing: it was not, so it is typed. */
export function toldOf(content: Content, mid: string, timestamp: number, offers?: Offer): Told {
  if (content.kind === 'reaction') {
    const { emoji, messageId } = content;
    const reaction = REACTIONS.get(emoji) ?? 'other';
    const given = { reaction, emoji, action: 'react', mid: messageId } as const;
    const taken = { action: 'unreact', mid: messageId } as const;
    const happening = { timestamp, reaction: emoji === '' ? taken : given };
    return { event: 'message_reactions', happening };
  }
  if (content.kind === 'choice' && offers === 'postback') {
    const postback = { mid, title: content.title, payload: content.id };
    return { event: 'messaging_postbacks', happening: { timestamp, postback } };
  }
  if (content.kind === 'choice' && offers === 'quick_reply') {
    const message = { mid, text: content.title, quick_reply: { payload: content.id } };
    return { event: 'messages', happening: { timestamp, message } };
  }
  if (content.kind === 'media') {
    const { mimeType, url } = content;
    const attachments: readonly AttachmentJson[] = [
      { type: mediaTypeOf(mimeType), payload: { url } },
    ];
    return { event: 'messages', happening: { timestamp, message: { mid, attachments } } };
  }
  return { event: 'messages', happening: { timestamp, message: { mid, text: wordsOf(content) } } };
}

/** Of the names Meta has for reactions (docs: message_reactions); the rest is `other`. */
const REACTIONS: ReadonlyMap<string, ReactionName> = new Map([
  ['😆', 'smile'],
  ['😠', 'angry'],
  ['😢', 'sad'],
  ['😮', 'wow'],
  ['❤', 'love'],
  ['❤️', 'love'],
  ['😍', 'love'],
  ['👍', 'like'],
  ['👎', 'dislike'],
]);
