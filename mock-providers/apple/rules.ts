/**
 * What Apple asks of a message before it takes it. It answers nothing itself: whatever is wrong is
 * a 400 with an empty body. Lenient where documents and clients differ.
 */
import type { APPLE_LIMITS } from '../../src/channels/apple/limits.ts';
import { EXTENSION } from '../../src/channels/apple/wire.ts';
import { type Json, listOf, numberOf, recordOf, textOf } from '../../src/channels/json.ts';
import type { HttpRequest } from '../../src/http.ts';

type Limits = { readonly [K in keyof typeof APPLE_LIMITS]: number };

/** Some write the business id as it stands in links. */
export function bareId(businessId: string): string {
  return businessId.replace(/^urn:biz:/i, '').toLowerCase();
}

/** Whether the envelope agrees with the headers, and the content is whole. */
export function isWellFormed(
  message: Json,
  headers: HttpRequest['headers'],
  limits: Limits,
): boolean {
  const { id, v, sourceId, destinationId } = message;
  const source = bareId(textOf(sourceId));
  return (
    UUID.test(textOf(id)) &&
    (headers.id ?? id) === id &&
    Number(v) === 1 &&
    source !== '' &&
    source === bareId(headers['source-id'] ?? '') &&
    textOf(destinationId) !== '' &&
    (headers['destination-id'] ?? destinationId) === destinationId &&
    isWhole(message, limits)
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** By type; only a customer closes. */
function isWhole(message: Json, limits: Limits): boolean {
  const { type, body, attachments, interactiveData, interactiveDataRef } = message;
  if (type === 'typing_start' || type === 'typing_end') return true;
  if (type === 'text') {
    const files = listOf(attachments);
    return (textOf(body) !== '' || files.length > 0) && files.every(isAttachment);
  }
  if (type === 'richLink') {
    if (message.richLinkDataRef !== undefined) return true;
    const { title, url, assets } = recordOf(message.richLinkData);
    return textOf(title) !== '' && textOf(url) !== '' && assets !== undefined;
  }
  if (type !== 'interactive') return false;
  if (interactiveData === undefined) return isReference(recordOf(interactiveDataRef));
  return isInteractive(recordOf(interactiveData), limits);
}

/** Sizes come as texts and as numbers, checksums in either form. */
function isAttachment(attachment: Json): boolean {
  const { name, mimeType, url, owner, key, size } = attachment;
  return (
    [name, mimeType, url, owner].every((text) => textOf(text) !== '') &&
    /^00[0-9a-f]{64}$/i.test(textOf(key)) &&
    (numberOf(size) ?? 0) > 0 &&
    hasChecksum(attachment)
  );
}

function isReference(reference: Json): boolean {
  const { bid, url, owner } = reference;
  return [bid, url, owner].every((text) => textOf(text) !== '') && hasChecksum(reference);
}

function hasChecksum({ signature, 'signature-base64': base64 }: Json): boolean {
  return textOf(base64) !== '' || textOf(signature) !== '';
}

/** A business's own extension takes what it likes; Apple's takes what is documented. */
function isInteractive({ bid, data }: Json, limits: Limits): boolean {
  if (textOf(bid) !== EXTENSION) return textOf(bid) !== '';
  const parts = recordOf(data);
  if (textOf(parts.requestIdentifier) === '') return false;
  const { 'quick-reply': quick, listPicker, event } = parts;
  if (quick !== undefined) {
    const items = listOf(recordOf(quick).items);
    const isFew = items.length >= limits.quickReplyLeast && items.length <= limits.quickReplies;
    return isFew && items.every(isItem);
  }
  if (listPicker !== undefined) {
    const sections = listOf(recordOf(listPicker).sections);
    const items = sections.map((section) => listOf(section.items));
    return items.length > 0 && items.every((some) => some.length > 0 && some.every(isItem));
  }
  if (event === undefined) return true;
  const slots = listOf(recordOf(event).timeslots);
  return slots.length > 0 && slots.every(({ startTime }) => textOf(startTime) !== '');
}

function isItem({ identifier, title }: Json): boolean {
  return textOf(identifier) !== '' && textOf(title) !== '';
}
