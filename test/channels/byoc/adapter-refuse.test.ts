import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT_MS, jsonOf } from '../driving.ts';
import {
  ADDRESS,
  adapter,
  adapterWith,
  call,
  fixture,
  interactions,
  tokenWith,
  WEBHOOK,
} from './channel.ts';

const ENTRY = 'f7904eb6-5352-4c5e-adf6-5f100572cf5d';
const FILE = {
  name: 'attachments',
  filename: 'a b.png',
  contentType: 'image/png',
  body: Buffer.from('\r\n0123--\r\n'),
};

describe('refusals', () => {
  const text = fixture('inbound-text');
  const refusal = (request: Parameters<typeof adapter.receive>[0]) => {
    const received = adapter.receive(request, AT_MS);
    expect(received.ok).toBe(false);
    const { code, message } = jsonOf<{ code: number; message: string }>(received.response);
    expect(message).toMatch(/\w/);
    return [received.response.status, code];
  };
  const by = (authorization: string) => refusal(interactions(text, [], { authorization }));

  it('of tokens: none, forged, another org’s, expired, cut, without scope', () => {
    expect(by('')).toEqual([401, 10004]);
    expect(by('Basic x')).toEqual([401, 10004]);
    expect(by(`Bearer ${tokenWith({ secret: 'another-secret' })}`)).toEqual([401, 10004]);
    expect(by(`Bearer ${tokenWith({ org: '00DHp0000000000' })}`)).toEqual([401, 10004]);
    expect(by(`Bearer ${tokenWith({ exp: AT_MS / 1000 })}`)).toEqual([401, 10004]);
    expect(by(`Bearer ${tokenWith().slice(0, -1)}`)).toEqual([401, 10004]);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`;
    expect(by(`Bearer 00DHp000000KxQz!${none}`)).toEqual([401, 10004]);
    expect(by(`Bearer ${tokenWith({ scp: 'api' })}`)).toEqual([401, 10003]);
  });

  it('takes a token until the second it expires', () => {
    const authorization = `Bearer ${tokenWith({ exp: AT_MS / 1000 + 1 })}`;
    const request = interactions(text, [], { authorization });
    expect(adapter.receive(request, AT_MS + 999).ok).toBe(true);
    expect(adapter.receive(request, AT_MS + 1000).ok).toBe(false);
  });

  it('of headers, paths and methods', () => {
    expect(refusal(interactions(text, [], { orgid: '00DHp000000KxQzMAK' }))).toEqual([400, 10016]);
    expect(refusal(interactions(text, [], { authorizationcontext: 'x' }))).toEqual([403, 10005]);
    expect(refusal(call('/consent', {}))).toEqual([404, 10089]);
    expect(refusal(call('/constructor', {}))).toEqual([404, 10089]);
    expect(refusal({ ...call('', {}), url: WEBHOOK })).toEqual([404, 10089]);
    expect(refusal({ ...interactions(text), method: 'GET' })).toEqual([405, 10089]);
  });

  it('of bodies: cut, of another channel, from nobody, with a cut file', () => {
    const whole = interactions(text);
    expect(refusal({ ...whole, body: whole.body.subarray(0, -9) })).toEqual([400, 10100]);
    expect(refusal(call('/interactions', text))).toEqual([400, 10100]);
    expect(refusal(interactions({ ...text, to: ENTRY }))).toEqual([404, 10017]);
    expect(refusal(interactions({ ...text, from: '' }))).toEqual([400, 10028]);
    expect(refusal(interactions({ ...text, from: 'x'.repeat(256) }))).toEqual([400, 10028]);
    expect(refusal(interactions({ ...text, interactions: [] }))).toEqual([400, 10029]);
    const short = { ...FILE, body: FILE.body.subarray(1) };
    expect(refusal(interactions(fixture('inbound-attachment'), [short]))).toEqual([400, 10029]);
    expect(refusal(interactions(fixture('inbound-attachment')))).toEqual([400, 10029]);
    const ack = fixture('acknowledgement');
    expect(refusal(call('/acknowledgement', { ...ack, acknowledgements: [] }))).toEqual([
      400, 10089,
    ]);
    expect(refusal(call('/acknowledgement', { ...ack, sender: {} }))).toEqual([400, 10089]);
    const end = fixture('messaging-session-end');
    expect(refusal(call('/messagingSession', { ...end, operation: 'Inactivate' }))).toEqual([
      400, 10102,
    ]);
    expect(refusal(call('/messagingSession', { ...end, endUserClientId: '' }))).toEqual([
      400, 10020,
    ]);
  });

  it('follows the org’s own limits', () => {
    const strict = adapterWith({}, { from: 3 });
    expect(strict.receive(interactions(text), AT_MS).ok).toBe(false);
  });

  it('never throws, whatever comes', () => {
    const paths = fc.constantFrom('/interactions', '/acknowledgement', '/messagingSession', '/x');
    const bytes = fc.uint8Array({ maxLength: 200 });
    const types = fc.constantFrom('multipart/form-data; boundary=xYz', 'application/json', '');
    fc.assert(
      fc.property(paths, bytes, types, (path, body, type) => {
        const request = call(path, Buffer.from(body), { 'content-type': type });
        expect(adapter.receive(request, AT_MS).ok).toBe(false);
      }),
    );
    const json = fc.anything({ withNullPrototype: false });
    fc.assert(
      fc.property(json, json, (payload, from) => {
        const one = { timestamp: payload, interactionType: 'EntryInteraction', payload };
        const request = { to: ADDRESS, from, interactions: [one] };
        try {
          JSON.stringify(request);
        } catch {
          return;
        }
        adapter.receive(interactions(request), AT_MS);
        adapter.receive(
          call('/acknowledgement', { sender: payload, acknowledgements: [payload] }),
          AT_MS,
        );
      }),
    );
    fc.assert(
      fc.property(fc.string(), (token) => {
        const authorization = `Bearer 00DHp000000KxQz!${token}`;
        expect(adapter.receive(interactions(text, [], { authorization }), AT_MS).ok).toBe(false);
      }),
    );
  });
});
