import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../src/http.ts';
import { AT_MS } from '../driving.ts';
import {
  adapterWith,
  fixture,
  HOOK,
  type Message,
  MSP,
  receive,
  SECRET,
  tokenOf,
  webhook,
} from './apple.ts';

const TEXT = fixture('text');
const iat = AT_MS / 1000;
const HOUR = 3600;

function statusOf(request: HttpRequest, nowMs = AT_MS): number {
  const received = receive(request, nowMs);
  expect(received.ok).toBe(received.response.status === 200);
  return received.response.status;
}

const withToken = (token: string) => webhook(TEXT, { authorization: `Bearer ${token}` });
const withBody = (body: Buffer) => webhook(TEXT, {}, { body });

describe('tokens', () => {
  it('are asked for', () => {
    for (const authorization of [undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', tokenOf()]) {
      expect(statusOf(webhook(TEXT, { authorization })), authorization).toBe(403);
    }
    expect(statusOf(webhook(TEXT, { authorization: `bearer ${tokenOf()}` }))).toBe(200);
  });

  it('are of this secret, decoded, and of no other', () => {
    const claims = { aud: MSP, iat };
    expect(statusOf(withToken(tokenOf(claims)))).toBe(200);
    expect(statusOf(withToken(tokenOf(claims, SECRET)))).toBe(403);
    expect(statusOf(withToken(tokenOf(claims, 'another')))).toBe(403);
    expect(statusOf(withToken(tokenOf(claims).slice(0, -2)))).toBe(403);
    const [header, , mac] = tokenOf(claims).split('.');
    const [, other] = tokenOf({ aud: MSP, iat: iat + 1 }).split('.');
    expect(statusOf(withToken(`${header}.${other}.${mac}`))).toBe(403);
  });

  it('are HS256 only', () => {
    const key = Buffer.from(SECRET, 'base64');
    for (const alg of ['none', 'HS512', 'hs256']) {
      expect(statusOf(withToken(tokenOf({ aud: MSP, iat }, key, alg))), alg).toBe(403);
    }
  });

  it('name this provider as the audience', () => {
    for (const claims of [{ iss: MSP }, { aud: 'another' }, { aud: '' }, { sub: MSP }, {}]) {
      expect(statusOf(withToken(tokenOf({ ...claims, iat }))), JSON.stringify(claims)).toBe(403);
    }
    expect(statusOf(withToken(tokenOf({ aud: [MSP, 'another'], iat })))).toBe(200);
  });

  it('were made within the hour, before or after, and have not expired', () => {
    for (const made of [iat - HOUR, iat + HOUR]) {
      expect(statusOf(withToken(tokenOf({ aud: MSP, iat: made })))).toBe(200);
    }
    for (const made of [iat - HOUR - 1, iat + HOUR + 1, undefined, `${iat}`, AT_MS]) {
      expect(statusOf(withToken(tokenOf({ aud: MSP, iat: made }))), `${made}`).toBe(403);
    }
    expect(statusOf(withToken(tokenOf({ aud: MSP, iat, exp: iat + 1 })))).toBe(200);
    expect(statusOf(withToken(tokenOf({ aud: MSP, iat, exp: iat })))).toBe(403);
    expect(statusOf(webhook(TEXT), AT_MS + (HOUR + 1) * 1000)).toBe(403);
  });

  it('are judged before the body is looked at', () => {
    const request = webhook(TEXT, { authorization: undefined }, { body: Buffer.from('x') });
    expect(statusOf(request)).toBe(403);
  });
});

describe('bodies', () => {
  const whole = gzipSync(JSON.stringify(TEXT));

  it('cut, garbled or empty', () => {
    for (let at = 0; at < whole.length; at += 7) {
      expect(statusOf(withBody(whole.subarray(0, at))), `${at}`).toBe(400);
    }
    for (const text of ['', '{', '[]', '"x"', 'null', '{}', '{"id":"1"}', '{"sourceId":"x"}']) {
      expect(statusOf(withBody(gzipSync(text))), text).toBe(400);
    }
    expect(statusOf(withBody(Buffer.from([0x1f, 0x8b])))).toBe(400);
  });

  it('that would swell beyond a message', () => {
    const body = gzipSync(JSON.stringify({ ...TEXT, body: 'x'.repeat(2_000_000) }));
    expect(body.length).toBeLessThan(10_000);
    expect(statusOf(withBody(body))).toBe(400);
    const roomy = adapterWith({ messageBytes: 3_000_000 });
    expect(roomy.receive(withBody(body), AT_MS).ok).toBe(true);
  });

  it('that disagree with the headers', () => {
    for (const name of ['id', 'source-id', 'destination-id']) {
      expect(statusOf(webhook(TEXT, { [name]: 'another' })), name).toBe(400);
    }
  });

  it('for another business, path or method', () => {
    expect(statusOf(webhook({ ...TEXT, destinationId: 'another' }))).toBe(404);
    expect(statusOf(webhook({ ...TEXT, destinationId: undefined }))).toBe(400);
    for (const url of [HOOK, `${HOOK}/message/x`, 'https://stack.test/message']) {
      expect(statusOf(webhook(TEXT, {}, { url })), url).toBe(404);
    }
    expect(statusOf(webhook(TEXT, {}, { method: 'GET' }))).toBe(405);
  });
});

describe('whatever comes', () => {
  const refusesOrTakes = (request: HttpRequest) => {
    const received = receive(request);
    expect([200, 400, 403, 404]).toContain(received.response.status);
    if (!received.ok) return;
    for (const event of received.events) {
      if (event.kind === 'message') expect(event.messageId).not.toBe('');
      expect(event).toHaveProperty('from', TEXT.sourceId);
    }
  };

  it('any bytes, zipped or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isZipped) => {
        const body = Buffer.from(bytes);
        refusesOrTakes(withBody(isZipped ? gzipSync(body) : body));
      }),
    );
  });

  it('any token', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (authorization, claims) => {
        expect(statusOf(webhook(TEXT, { authorization }))).toBe(403);
        expect(statusOf(withToken(tokenOf({ ...(claims as object), iat })))).toBe(403);
      }),
    );
  });

  it('any JSON in the places of a message', () => {
    const any = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('text', 'interactive'));
    const bubble = fc.oneof(any, fc.record({ title: any }));
    const items = fc.oneof(any, fc.array(fc.record({ identifier: any, title: any })));
    const data = fc.oneof(
      any,
      fc.record(
        {
          replyMessage: bubble,
          'quick-reply': fc.oneof(any, fc.record({ items, selectedIndex: any })),
          listPicker: fc.oneof(
            any,
            fc.record({ sections: fc.array(fc.record({ title: any, items })) }),
          ),
          event: fc.oneof(any, fc.record({ timeslots: fc.array(fc.record({ startTime: any })) })),
          dynamic: fc.oneof(
            any,
            fc.record({ selections: fc.array(fc.record({ title: any, items })) }),
          ),
        },
        { requiredKeys: [] },
      ),
    );
    const message = fc.record(
      {
        type: fc.oneof(any, fc.constantFrom('text', 'interactive', 'close', 'typing_start')),
        body: any,
        attachments: fc.oneof(any, fc.array(fc.record({ url: any, mimeType: any, name: any }))),
        interactiveData: fc.oneof(any, fc.record({ data, replyMessage: bubble })),
        interactiveDataRef: fc.oneof(any, fc.record({ title: any })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(message, (fields) => {
        refusesOrTakes(webhook({ ...TEXT, ...fields } as Message));
      }),
    );
  });
});
