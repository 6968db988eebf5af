import { readFileSync } from 'node:fs';
import { parse } from 'node:querystring';
import fc from 'fast-check';
import twilio from 'twilio';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, it } from 'vitest';
import { sign, verify } from '../../../src/channels/sms/signature.ts';

interface Vector {
  readonly name: string;
  readonly url: string;
  readonly form: string;
  readonly signature: string;
}
const file = new URL('../../fixtures/wire/sms/signature-vectors.json', import.meta.url);
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8'));
const TOKEN = '12345';

describe('Twilio signature', () => {
  it.each(vectors)('accepts the published vector: $name', ({ url, form, signature }) => {
    expect(verify(TOKEN, signature, url, parse(form))).toBe(true);
  });

  it('makes the published signature, over decoded values', () => {
    const { url, form, signature } = vectors[0]!;
    expect(sign(TOKEN, url, parse(form))).toBe(signature);
  });

  it('refuses another token, URL, value, field or signature', () => {
    const { url, form, signature } = vectors[0]!;
    const fields = parse(form);
    expect(verify('12346', signature, url, fields)).toBe(false);
    expect(verify(TOKEN, signature, `${url}&x=1`, fields)).toBe(false);
    expect(verify(TOKEN, signature, url, { ...fields, Digits: '1235' })).toBe(false);
    expect(verify(TOKEN, signature, url, { ...fields, Extra: '' })).toBe(false);
    expect(verify(TOKEN, signature.slice(0, -1), url, fields)).toBe(false);
    expect(verify(TOKEN, signature.toLowerCase(), url, fields)).toBe(false);
    expect(verify(TOKEN, '', url, fields)).toBe(false);
  });

  it('lets an empty field count by its name', () => {
    const url = 'https://example.test/sms';
    expect(sign(TOKEN, url, { FromCity: '' })).toBe(sign(TOKEN, `${url}FromCity`));
  });

  it('sorts names by code unit, capitals and digits first', () => {
    const url = 'https://example.test/sms';
    const fields = { mediaUrl: 'c', To: 'b', MediaUrl10: 'y', MediaUrl0: 'a', '9': 'z' };
    expect(sign(TOKEN, url, fields)).toBe(sign(TOKEN, `${url}9zMediaUrl0aMediaUrl10yTobmediaUrlc`));
  });

  it.each([
    ['https://example.test/sms?a=1', 'https://example.test:443/sms?a=1'],
    ['http://example.test/sms', 'http://example.test:80/sms'],
    ['http://[::1]/sms', 'http://[::1]:80/sms'],
    ['https://user@example.test:8443/sms', 'https://user@example.test/sms'],
  ])('tries %s also as %s', (url, signedUrl) => {
    expect(verify(TOKEN, sign(TOKEN, signedUrl, { A: 'b' }), url, { A: 'b' })).toBe(true);
    expect(verify(TOKEN, sign(TOKEN, `${signedUrl}x`, { A: 'b' }), url, { A: 'b' })).toBe(false);
  });

  it('agrees with the twilio SDK on any fields, both ways', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.string(), { minLength: 1 }),
    );
    const fields = fc.dictionary(fc.string({ minLength: 1 }), value, { noNullPrototype: true });
    fc.assert(
      fc.property(fields, fc.nat(65_535), (form, port) => {
        const url = `https://example.test:${port}/hook?x=%27`;
        const signature = sign(TOKEN, url, form);
        expect(signature).toBe(getExpectedTwilioSignature(TOKEN, url, form));
        expect(twilio.validateRequest(TOKEN, signature, url, form)).toBe(true);
        expect(verify(TOKEN, signature, url, form)).toBe(true);
      }),
    );
  });
});
