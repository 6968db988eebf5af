/**
 * What Apple keeps for businesses and customers, sealed: files, and interactive data too large to
 * be sent along. The endpoints by which it is brought and fetched, and how phones open it. What
 * Apple encodes large data as is not public: here it is JSON in gzip.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { APPLE_LIMITS } from '../../src/channels/apple/limits.ts';
import { seal, unseal } from '../../src/channels/apple/signature.ts';
import { type AttachmentJson, type DataRef, EXTENSION } from '../../src/channels/apple/wire.ts';
import { type Json, readJson, recordOf, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { json, respond } from '../../src/http.ts';
import type { ProviderParts } from '../provider.ts';
import type { Route } from '../routes.ts';
import type { FileRecord, Ledger } from './ledger.ts';

export interface Vault {
  /** Seals a file of a customer's phone and keeps it. */
  attach(bytes: Buffer, name: string, mimeType: string): AttachmentJson;
  /** Interactive data in a file: for the business, which is given its key. */
  refer(interactiveData: object, title: string): DataRef;
  /** The same for a business to send again, without fetching it: Apple keeps the key. */
  reuse(interactiveData: Json): DataRef;
  /** What an attachment or a reference of the business leads to; nothing if it can't be opened. */
  open(reference: Json): Buffer | undefined;
  /** The interactive data that a reference of the business leads to. */
  recall(reference: Json): Json | undefined;
}

export function createVault({ channelId, publicUrl }: ProviderParts, ledger: Ledger): Vault {
  let seals = 0;
  const keep = (bytes: Buffer, isApples = false) => {
    seals += 1;
    const sealed = seal(bytes, `${channelId}/apple seal ${seals}`);
    const file = ledger.put(sealed.bytes, isApples ? sealed.key : undefined);
    return { file, key: sealed.key };
  };
  const placeOf = ({ id, bytes, checksum }: FileRecord) => ({
    url: `${publicUrl}/${ownerOf(id)}`,
    owner: ownerOf(id),
    size: bytes.length,
    signature: checksum.toString('hex').toUpperCase(),
  });
  const open: Vault['open'] = (reference) => {
    const { url, owner, key, signature, 'signature-base64': base64 } = reference;
    const file = fileAt(ledger, textOf(url));
    if (file === undefined || owner !== ownerOf(file.id)) return undefined;
    const isWhole =
      textOf(base64) === file.checksum.toString('base64') ||
      textOf(signature).toLowerCase() === file.checksum.toString('hex');
    return isWhole ? unseal(file.bytes, textOf(key) || (file.key ?? '')) : undefined;
  };
  const referTo = (interactiveData: object, title: string, isApples: boolean) => {
    const { file, key } = keep(encode({ v: 1, type: 'interactive', interactiveData }), isApples);
    const bid = textOf(recordOf(interactiveData).bid) || EXTENSION;
    const base64 = file.checksum.toString('base64');
    return { key, reference: { bid, ...placeOf(file), 'signature-base64': base64, title } };
  };
  return {
    attach(bytes, name, mimeType) {
      const { file, key } = keep(bytes);
      return { name, mimeType, key, ...placeOf(file) };
    },
    refer(interactiveData, title) {
      const { key, reference } = referTo(interactiveData, title, false);
      return { ...reference, key };
    },
    reuse(interactiveData) {
      const title = textOf(recordOf(interactiveData.receivedMessage).title);
      const { reference } = referTo(interactiveData, title, true);
      return { ...reference, dataRefSig: reference.signature };
    },
    open,
    recall(reference) {
      const bytes = open(reference);
      const payload = bytes && decode(bytes);
      return payload && recordOf(payload.interactiveData);
    },
  };
}

/** As the content servers write it. */
function ownerOf(id: string): string {
  return `M${id}.C01USN00`;
}

function fileAt(ledger: Ledger, mmcsUrl: string): FileRecord | undefined {
  return ledger.file(/\/M([0-9A-F]{64})\.C01USN00$/.exec(mmcsUrl)?.[1] ?? '');
}

function encode(payload: object): Buffer {
  return gzipSync(JSON.stringify(payload));
}

/** Some clients inflate it on the way; more than this is nobody's answer. */
function decode(bytes: Buffer): Json | undefined {
  return readJson(inflate(bytes, 100_000_000));
}

/** As it is, if it is not in gzip. */
export function inflate(bytes: Buffer, most: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch {
    return bytes;
  }
}

type Guard = (route: Route) => Route;

/** Uploading and downloading; the two addresses given out are open, as Apple's are. */
export function fileRoutes(
  { publicUrl, channel }: ProviderParts,
  ledger: Ledger,
  guarded: Guard,
): readonly Route[] {
  const limits = limitsOf(channel, APPLE_LIMITS);
  return [
    guarded({
      endpoint: 'GET /v1/preUpload',
      answer({ headers }) {
        const size = Number(headers['mmcs-size'] ?? headers.size);
        if (!(Number.isInteger(size) && size > 0)) return respond(400);
        if (size > limits.attachmentBytes) return respond(413);
        const id = ledger.reserve(size);
        return json(200, {
          'upload-url': `${publicUrl}/mmcs/upload/${id}`,
          'mmcs-url': `${publicUrl}/${ownerOf(id)}`,
          'mmcs-owner': ownerOf(id),
        });
      },
    }),
    {
      endpoint: 'POST /mmcs/upload/{id}',
      answer({ body }, [id = '']) {
        const file = ledger.keep(id, body);
        if (file === undefined) return respond(400);
        const fileChecksum = file.checksum.toString('base64');
        return json(200, { singleFile: { fileChecksum, size: body.length, receipt: `R${id}` } });
      },
    },
    guarded({
      endpoint: 'GET /v1/preDownload',
      answer({ headers }) {
        const url = headers['mmcs-url'] ?? headers.url;
        const owner = headers['mmcs-owner'] ?? headers.owner;
        const signature = headers['mmcs-signature'] ?? headers.signature;
        if (!url || !owner || !signature) return respond(400);
        const file = fileAt(ledger, url);
        if (file === undefined) return respond(404);
        const isRight =
          owner === ownerOf(file.id) && signature === file.checksum.toString('base64');
        if (!isRight) return respond(403);
        return json(200, { 'download-url': `${publicUrl}/mmcs/download/${file.id}` });
      },
    }),
    {
      endpoint: 'GET /mmcs/download/{id}',
      answer(_, [id = '']) {
        const body = ledger.file(id)?.bytes;
        return body === undefined ? respond(404) : { status: 200, headers: BINARY, body };
      },
    },
  ];
}

const BINARY = { 'content-type': 'application/octet-stream' };

/** Large interactive data, made fit to be sealed, and read again. */
export function payloadRoutes(guarded: Guard): readonly Route[] {
  return [
    guarded({
      endpoint: 'POST /v1/decodePayload',
      answer({ headers, body }) {
        if (!headers.bid) return respond(400);
        const payload = decode(body);
        return payload === undefined ? respond(400) : json(200, payload);
      },
    }),
    guarded({
      endpoint: 'POST /v1/encodePayload',
      answer({ body }) {
        const payload = readJson(body);
        if (payload?.interactiveData === undefined) return respond(400);
        return { status: 200, headers: BINARY, body: encode(payload) };
      },
    }),
    guarded({ endpoint: 'POST /v1/authenticate', answer: () => respond(200) }),
  ];
}
