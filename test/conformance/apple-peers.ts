/**
 * The two ends of Apple Messages for Business, each written anew from the documents with `jose`,
 * `fetch` and Node's own modules: an MSP, for the mock to talk to, and an Apple, for the adapter.
 * Nothing of the project's own reading of the documents is used here. No tests.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { jwtVerify, SignJWT } from 'jose';

export const MSP = '0f9e8d7c-6b5a-4493-8271-605f4e3d2c1b';
export const SECRET = randomBytes(32).toString('base64');
export const BUSINESS = '6b29fc40-ca47-4067-b31d-00dd010662da';
export const EXTENSION =
  'com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:' +
  'com.apple.icloud.apps.messages.business.extension';

/** Whatever JSON comes. */
export type Body = ReturnType<typeof JSON.parse>;

const key = Buffer.from(SECRET, 'base64');
const ZERO = Buffer.alloc(16);

/** A token of the MSP (`iss`) or of Apple (`aud`). */
export function tokenOf(claim: 'iss' | 'aud', secret: Uint8Array = key): Promise<string> {
  const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setIssuedAt();
  return (claim === 'iss' ? token.setIssuer(MSP) : token.setAudience(MSP)).sign(secret);
}

export async function jsonOf(response: Response): Promise<Body> {
  return response.json();
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

function seal(bytes: Buffer) {
  const secret = randomBytes(32);
  const sealed = createCipheriv('aes-256-ctr', secret, ZERO).update(bytes);
  return { sealed, key: `00${secret.toString('hex')}` };
}

function unseal(bytes: Buffer, text: string): Buffer {
  return createDecipheriv('aes-256-ctr', Buffer.from(text.slice(2), 'hex'), ZERO).update(bytes);
}

/** An MSP with a webhook, and with what it knows of Apple's API. */
export async function createMsp() {
  const told: { readonly headers: Body; readonly message: Body }[] = [];
  const server = await listen(async (request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const body = await bytesOf(request);
    try {
      await jwtVerify(token, key, { audience: MSP, algorithms: ['HS256'], maxTokenAge: '1h' });
      const message = JSON.parse(gunzipSync(body).toString());
      if (request.url !== '/amb/message' || request.headers.id !== message.id) throw new Error();
      told.push({ headers: request.headers, message });
      response.end('ok');
    } catch {
      response.writeHead(403).end();
    }
  });
  let base = '';
  const call = async (path: string, init: RequestInit & { headers?: Record<string, string> }) => {
    const headers = { Authorization: `Bearer ${await tokenOf('iss')}`, 'Source-Id': BUSINESS };
    return fetch(`${base}${path}`, { ...init, headers: { ...headers, ...init.headers } });
  };
  return {
    told,
    webhookUrl: `${server.url}/amb`,
    close: server.close,
    use(apiUrl: string) {
      base = apiUrl;
    },
    call,
    send(to: string, fields: Body, headers: Record<string, string> = {}) {
      const id = randomUUID();
      const message = { v: 1, id, sourceId: BUSINESS, destinationId: to, ...fields };
      const named = { 'Content-Type': 'application/json', id, 'Destination-Id': to, ...headers };
      const init = { method: 'POST', headers: named, body: JSON.stringify(message) };
      return call('/message', init);
    },
    async upload(bytes: Buffer, name: string, mimeType: string): Promise<Body> {
      const { sealed, key } = seal(bytes);
      const size = String(sealed.length);
      const place: Body = await call('/preUpload', { headers: { 'MMCS-Size': size } }).then(jsonOf);
      const put = { method: 'POST', body: new Uint8Array(sealed) };
      const kept: Body = await fetch(place['upload-url'], put).then(jsonOf);
      const checksum = kept.singleFile.fileChecksum;
      const where = { url: place['mmcs-url'], owner: place['mmcs-owner'] };
      return { name, mimeType, size, key, ...where, 'signature-base64': checksum };
    },
    async download(from: Body): Promise<Buffer> {
      const headers = {
        'MMCS-Url': from.url,
        'MMCS-Signature': Buffer.from(from.signature, 'hex').toString('base64'),
        'MMCS-Owner': from.owner,
      };
      const place: Body = await call('/preDownload', { headers }).then(jsonOf);
      const sealed = await fetch(place['download-url']).then((r) => r.arrayBuffer());
      if (sealed.byteLength !== from.size) throw new Error('not of the expected size');
      return unseal(Buffer.from(sealed), from.key);
    },
  };
}

/** An Apple with one customer, who calls a webhook and takes what the API gets. */
export async function createApple() {
  const sent: { readonly headers: Body; readonly message: Body }[] = [];
  const files = new Map<string, Buffer>();
  let status = 200;
  const server = await listen(async (request, response) => {
    const body = await bytesOf(request);
    const { pathname } = new URL(request.url ?? '', 'http://apple');
    const answer = (code: number, json?: object) => {
      response.writeHead(code).end(json && JSON.stringify(json));
    };
    if (pathname === '/photo.png') return response.end('a picture');
    if (pathname.startsWith('/up/')) {
      files.set(pathname.slice(4), body);
      const fileChecksum = createHash('sha1').update(body).digest('base64');
      return answer(200, { singleFile: { fileChecksum, size: body.length, receipt: 'R' } });
    }
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const options = { issuer: MSP, algorithms: ['HS256'], requiredClaims: ['iat'] };
    const isGood = await jwtVerify(token, key, options).then(
      ({ payload }) => payload.aud === undefined,
      () => false,
    );
    if (!isGood || request.headers['source-id'] !== BUSINESS) return answer(403);
    if (pathname === '/v1/preUpload' && Number(request.headers['mmcs-size']) > 0) {
      const id = randomUUID();
      const where = { 'mmcs-url': `https://mmcs.test/${id}`, 'mmcs-owner': `M${id}` };
      return answer(200, { 'upload-url': `${server.url}/up/${id}`, ...where });
    }
    if (pathname !== '/v1/message') return answer(404);
    const message: Body = JSON.parse(body.toString());
    const agrees =
      request.headers.id === message.id &&
      request.headers['destination-id'] === message.destinationId &&
      message.sourceId === BUSINESS;
    if (!agrees || message.v !== 1) return answer(400);
    if (status === 200) sent.push({ headers: request.headers, message });
    answer(status);
  });
  return {
    sent,
    url: server.url,
    close: server.close,
    answerWith(code: number) {
      status = code;
    },
    /** What an attachment leads to, its checksum compared. */
    open(attachment: Body): Buffer | undefined {
      const file = files.get(String(attachment.owner).slice(1));
      if (file === undefined || attachment.size !== String(file.length)) return undefined;
      const sum = createHash('sha1').update(file).digest('base64');
      return sum === attachment['signature-base64'] ? unseal(file, attachment.key) : undefined;
    },
    /** Tells the MSP; the status it answers with. */
    async tell(webhookUrl: string, from: string, fields: Body, token?: string) {
      const id = randomUUID();
      const message = { v: 1, id, sourceId: from, destinationId: BUSINESS, ...fields };
      const headers = {
        authorization: `Bearer ${token ?? (await tokenOf('aud'))}`,
        'content-encoding': 'gzip',
        'content-type': 'application/json',
        'capability-list': 'QUICK%2CLIST%2CTIME',
        'device-agent': 'iPhone OS',
        'destination-id': BUSINESS,
        'source-id': from,
        id,
      };
      const body = new Uint8Array(gzipSync(JSON.stringify(message)));
      const response = await fetch(`${webhookUrl}/message`, { method: 'POST', headers, body });
      return { id, status: response.status };
    },
  };
}
