import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type HttpRequest, json, respond } from '../../../src/http.ts';
import type { Content, OutboundMessage, SendOutcome } from '../../../src/message.ts';
import { AT_MS, drive, jsonOf, outbound, REFUSED, saying, TIMED_OUT } from '../driving.ts';
import { API, adapterWith, BUSINESS, claimsIn, fixture, MSP } from './apple.ts';

const TO = fixture('text').sourceId;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const BID =
  'com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:' +
  'com.apple.icloud.apps.messages.business.extension';

interface Sent {
  readonly id: string;
  readonly body?: string;
  readonly interactiveData?: {
    readonly data: { readonly requestIdentifier: string; readonly 'quick-reply'?: unknown };
  };
}

function send(content: Content, rest: Partial<OutboundMessage> = {}, limits = {}) {
  const message = outbound(TO, content, rest);
  const { requests, outcome } = drive(adapterWith(limits).deliver(message), respond(200));
  return { requests, outcome, sent: requests.map((request) => jsonOf<Sent>(request)) };
}

function choicesOf(count: number, title = 'Item'): Content {
  const choices = Array.from({ length: count }, (_, i) => ({
    id: `c${i}`,
    title: `${title} ${i}`,
  }));
  return { kind: 'text', text: 'Which?', choices };
}

describe('a text', () => {
  it('goes with everything Apple asks for, and nothing else', () => {
    const { requests, outcome, sent } = send(saying('Grüße ☕'), { rep: 'rep-1' });
    const id = sent[0]?.id ?? '';
    expect(id).toMatch(UUID);
    expect(outcome).toEqual({ ok: true, messageId: id });
    const [request] = requests;
    expect(request).toMatchObject({ method: 'POST', url: `${API}/v1/message` });
    const { authorization, ...headers } = request?.headers ?? {};
    expect(headers).toEqual({
      'content-type': 'application/json',
      id,
      'source-id': BUSINESS,
      'destination-id': TO,
      'auto-reply': 'false',
    });
    expect(claimsIn(authorization)).toEqual({ iss: MSP, iat: AT_MS / 1000 });
    const ends = { sourceId: BUSINESS, destinationId: TO };
    expect(sent).toEqual([{ v: 1, id, ...ends, type: 'text', body: 'Grüße ☕' }]);
  });

  it('says when nobody in person wrote it', () => {
    expect(send(saying('hi')).requests[0]?.headers['auto-reply']).toBe('true');
  });

  it('has an id of its own, the same when it is sent again', () => {
    const idOf = (key: string) => send(saying('hi'), { key }).sent[0]?.id;
    expect(idOf('a')).toBe(idOf('a'));
    expect(idOf('a')).not.toBe(idOf('b'));
  });

  it('too large for one message is split, and nothing is lost', () => {
    const text = 'word '.repeat(400).trim();
    const { requests, sent, outcome } = send(saying(text), {}, { messageBytes: 2000 });
    expect(sent.length).toBeGreaterThan(5);
    expect(sent.map(({ body }) => body).join(' ')).toBe(text);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length);
    for (const { body } of requests) expect(body.length).toBeLessThanOrEqual(2000);
    expect(outcome).toEqual({ ok: true, messageId: sent.at(-1)?.id });
  });

  it('of nothing is not sent', () => {
    for (const text of ['', ' \n']) {
      const { requests, outcome } = send(saying(text));
      expect(requests).toEqual([]);
      expect(outcome).toMatchObject({ ok: false, failure: 'invalid', code: 'empty' });
    }
  });
});

describe('choices', () => {
  it('a few short ones are quick replies, without bubbles', () => {
    for (const count of [2, 5]) {
      const [sent] = send(choicesOf(count)).sent;
      const items = Array.from({ length: count }, (_, i) => {
        return { identifier: `c${i}`, title: `Item ${i}` };
      });
      const requestIdentifier = sent?.interactiveData?.data.requestIdentifier;
      expect(requestIdentifier).toMatch(UUID);
      expect(sent).toMatchObject({ v: 1, type: 'interactive' });
      expect(sent?.interactiveData).toEqual({
        bid: BID,
        data: {
          requestIdentifier,
          version: '1.0',
          'quick-reply': { summaryText: 'Which?', items },
        },
      });
    }
  });

  it('one, many, or long ones are a list picker', () => {
    const long = choicesOf(2, 'x'.repeat(23));
    for (const content of [choicesOf(1), choicesOf(6), choicesOf(100), long]) {
      const [sent] = send(content).sent;
      const { choices } = content as { choices: readonly { id: string; title: string }[] };
      const items = choices.map(({ id, title }, order) => {
        return { identifier: id, title, order, style: 'default' };
      });
      expect(sent?.interactiveData).toEqual({
        bid: BID,
        data: {
          requestIdentifier: expect.stringMatching(UUID),
          mspVersion: '1.0',
          listPicker: {
            sections: [{ title: 'Which?', order: 0, multipleSelection: false, items }],
          },
        },
        receivedMessage: { title: 'Which?', style: 'icon' },
        replyMessage: { title: 'Selected', style: 'icon' },
      });
    }
    const short = choicesOf(2, 'x'.repeat(22));
    expect(send(short).sent[0]?.interactiveData?.data['quick-reply']).toBeDefined();
  });

  it('go in words where Apple has no form for them', () => {
    const of = (choices: readonly { id: string; title: string }[], text = 'Which?') => {
      return send({ kind: 'text', text, choices }).sent[0]?.body;
    };
    const a = { id: 'a', title: 'A' };
    expect(of([a, { id: 'a', title: 'B' }])).toBe('Which?\n1. A\n2. B');
    expect(of([a, { id: '', title: 'B' }])).toBe('Which?\n1. A\n2. B');
    expect(of([])).toBe('Which?');
    expect(of([a], '')).toBe('\n1. A');
    expect(send(choicesOf(101)).sent[0]?.body).toMatch(/\n101\. Item 100$/);
    expect(send(choicesOf(3), {}, { messageBytes: 1100 }).sent[0]?.body).toMatch(/^Which\?/);
  });
});

it('what Messages lacks goes in words', () => {
  const bodyOf = (content: Content) => send(content).sent.map(({ body }) => body);
  const place = { kind: 'location', latitude: 1.5, longitude: -2, name: 'Shop' } as const;
  expect(bodyOf(place)).toEqual(['Shop, 1.5, -2']);
  expect(bodyOf({ kind: 'choice', id: 'x', title: 'Yes' })).toEqual(['Yes']);
  expect(bodyOf({ kind: 'reaction', emoji: '👍', messageId: 'x' })).toEqual(['👍']);
  const template = { kind: 'template', name: 'n', language: 'en', parameters: [] } as const;
  expect(bodyOf({ ...template, text: 'Hello' })).toEqual(['Hello']);
});

describe('indications', () => {
  const indicate = (kind: 'typingOn' | 'typingOff' | 'read') =>
    adapterWith().indicate?.({ kind, to: TO, key: 'k', atMs: AT_MS, messageId: 'x' });

  it('typing begins and ends, without words', () => {
    for (const [kind, type] of [
      ['typingOn', 'typing_start'],
      ['typingOff', 'typing_end'],
    ] as const) {
      const { requests } = drive(indicate(kind)!, respond(200));
      const id = requests[0]?.headers.id;
      const ends = { sourceId: BUSINESS, destinationId: TO };
      expect(requests.map(jsonOf)).toEqual([{ v: 1, id, ...ends, type }]);
      expect(requests[0]?.headers).not.toHaveProperty('auto-reply');
    }
  });

  it('nobody is told of reading', () => {
    expect(indicate('read')).toBeUndefined();
  });
});

describe('a file', () => {
  const url = 'https://files.test/a/photo%20one.png?size=2';
  const media = { kind: 'media', url, mimeType: 'image/png', caption: 'Look' } as const;
  const bytes = Buffer.from('not really a picture');
  const place = {
    'upload-url': 'https://content.test/up/1',
    'mmcs-url': 'https://content.test/M1',
    'mmcs-owner': 'M1',
  };
  const answers = [
    { status: 200, headers: {}, body: bytes },
    json(200, place),
    json(200, { singleFile: { fileChecksum: 'gQE=', size: bytes.length, receipt: 'R1' } }),
    respond(200),
  ];
  const carry = (...given: typeof answers) => {
    return drive(adapterWith().deliver(outbound(TO, media)), ...given);
  };

  it('is fetched, sealed, uploaded and sent', () => {
    const { requests, outcome } = carry(...answers);
    const [fetched, asked, uploaded, sent] = requests as readonly HttpRequest[];
    expect(fetched).toMatchObject({ method: 'GET', url, headers: {} });
    expect(asked).toMatchObject({ method: 'GET', url: `${API}/v1/preUpload` });
    const { authorization, ...headers } = asked?.headers ?? {};
    expect(headers).toEqual({ 'source-id': BUSINESS, 'mmcs-size': `${bytes.length}` });
    expect(claimsIn(authorization)).toEqual({ iss: MSP, iat: AT_MS / 1000 });
    expect(uploaded).toMatchObject({ method: 'POST', url: place['upload-url'] });
    expect(uploaded?.headers).not.toHaveProperty('authorization');
    const message = jsonOf<Sent & { attachments: readonly [{ key: string }] }>(sent!);
    const { key } = message.attachments[0];
    expect(message).toMatchObject({ type: 'text', body: '\ufffcLook' });
    expect(message.attachments).toEqual([
      {
        name: 'photo%20one.png',
        mimeType: 'image/png',
        size: `${bytes.length}`,
        key: expect.stringMatching(/^00[0-9A-F]{64}$/),
        url: place['mmcs-url'],
        owner: 'M1',
        'signature-base64': 'gQE=',
      },
    ]);
    const opened = createDecipheriv(
      'aes-256-ctr',
      Buffer.from(key.slice(2), 'hex'),
      Buffer.alloc(16),
    );
    expect(opened.update(uploaded!.body)).toEqual(bytes);
    expect(uploaded!.body).not.toEqual(bytes);
    expect(outcome).toEqual({ ok: true, messageId: message.id });
  });

  it('goes as its address when a step before the message fails', () => {
    const bad = [respond(500), respond(404), json(200, {}), respond(200, 'no json')];
    for (let step = 0; step < 3; step += 1) {
      for (const answer of [...bad.slice(step === 0 ? 0 : -4, step === 0 ? 2 : 4), TIMED_OUT]) {
        const given = [...answers.slice(0, step), answer as (typeof answers)[0], respond(200)];
        const { requests, outcome } = carry(...given);
        expect(requests).toHaveLength(step + 2);
        expect(jsonOf(requests.at(-1)!)).toMatchObject({ type: 'text', body: `Look\n${url}` });
        expect(outcome.ok).toBe(true);
      }
    }
  });

  it('too large or empty goes as its address', () => {
    const limited = adapterWith({ attachmentBytes: bytes.length - 1 });
    const large = drive(limited.deliver(outbound(TO, media)), ...answers.slice(0, 1), respond(200));
    expect(large.requests).toHaveLength(2);
    const exact = adapterWith({ attachmentBytes: bytes.length });
    expect(drive(exact.deliver(outbound(TO, media)), ...answers).requests).toHaveLength(4);
    expect(carry(respond(200), respond(200)).requests).toHaveLength(2);
  });

  it('that was uploaded and not taken has failed', () => {
    const { outcome } = carry(...answers.slice(0, 3), respond(404));
    expect(outcome).toMatchObject({ ok: false, failure: 'unreachable', definite: true });
  });
});

describe('answers', () => {
  const outcomeOf = (answer: Parameters<typeof drive>[1]): SendOutcome =>
    drive(adapterWith().deliver(outbound(TO, saying('hi'))), answer).outcome;

  it.each([
    [400, 'invalid', true],
    [401, 'unauthorised', true],
    [403, 'unauthorised', true],
    [404, 'unreachable', true],
    [410, 'unreachable', true],
    [413, 'invalid', true],
    [429, 'throttled', true],
    [500, 'platformError', false],
    [503, 'platformError', false],
    [302, 'platformError', false],
  ] as const)('%i, whatever its body: %s', (status, failure, definite) => {
    for (const body of ['', '<html>']) {
      const outcome = outcomeOf(respond(status, body));
      expect(outcome).toMatchObject({ ok: false, failure, code: `${status}`, definite });
    }
  });

  it('with a reference to what was sent, or anything else, are good', () => {
    expect(outcomeOf(json(200, { dataRef: {} })).ok).toBe(true);
    expect(outcomeOf(respond(200, 'x')).ok).toBe(true);
  });

  it('that never come', () => {
    expect(outcomeOf(TIMED_OUT)).toMatchObject({ code: 'timedOut', definite: false });
    expect(outcomeOf(REFUSED)).toMatchObject({ code: 'connectionRefused', definite: true });
  });

  it('to the second part of a text leave open what was read', () => {
    const message = outbound(TO, saying('word '.repeat(400)));
    const long = adapterWith({ messageBytes: 2000 }).deliver(message);
    const { outcome, requests } = drive(long, respond(200), respond(400));
    expect(requests).toHaveLength(2);
    expect(outcome).toMatchObject({ ok: false, code: '400', definite: false });
  });
});
