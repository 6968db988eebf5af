import { describe, expect, it } from 'vitest';
import { conversationOf, type InteractionEvent } from '../../../src/channels/byoc/wire.ts';
import { json, respond } from '../../../src/http.ts';
import type { Announcement, Content } from '../../../src/message.ts';
import type { Ask } from '../../../src/ports.ts';
import { AT_MS, drive, jsonOf, outbound, REFUSED, saying, TIMED_OUT } from '../driving.ts';
import { ADDRESS, account, adapter, adapterWith, fixture, USER } from './channel.ts';

const PUBLISHED = json(201, fixture('published'));
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function eventOf(request: Ask | undefined): InteractionEvent {
  const { EventType__c, Payload__c, ...more } = jsonOf<Record<string, string>>(request!);
  expect([EventType__c, more]).toEqual(['Interaction', {}]);
  return JSON.parse(Payload__c!);
}

function send(content: Content, by = adapter) {
  const { requests, outcome } = drive(by.deliver(outbound(USER, content)), PUBLISHED);
  const events = requests.map(eventOf);
  const messages = events.map(({ payload }) => {
    const { entryPayload } = payload;
    return entryPayload.entryType === 'Message' ? entryPayload.abstractMessage : undefined;
  });
  return { requests, events, messages, outcome };
}

/** The keys of a JSON value at every depth: names, not values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]);
}

describe('a text', () => {
  it('is published as a platform event, by REST', () => {
    const { requests } = send(saying('Hi, how are you?'));
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: 'http://org.test/services/data/v61.0/sobjects/Rehearsal_Message__e',
      headers: {
        authorization: `Bearer ${account.serviceToken}`,
        'content-type': 'application/json',
      },
    });
  });

  it('has the documented payload, key by key and in that order', () => {
    const by = adapterWith({ userId: '005xx0000012345', userName: 'John Dow' });
    const { events, outcome } = send(saying('Hi, how are you?'), by);
    const documented = fixture('outbound-text') as unknown as InteractionEvent;
    expect(shapeOf(events[0])).toEqual(shapeOf(documented));
    const { identifier } = events[0]!.payload;
    expect(identifier).toMatch(UUID);
    expect(outcome).toEqual({ ok: true, messageId: identifier });
    const text = JSON.stringify(documented)
      .replaceAll('56e10dce-2fd3-4ab6-91bf-f55827ad0280', identifier)
      .replace('9bc16b48-cd9b-4d8b-b7f2-a376f0a05c09', conversationOf(ADDRESS, USER));
    expect(events[0]).toEqual(JSON.parse(text));
  });

  it('goes under the account’s own names', () => {
    const by = adapterWith({
      platformEvent: 'my__event__e',
      eventTypeField: 'my__Type__c',
      eventPayloadField: 'my__Payload__c',
    });
    const { requests } = drive(by.deliver(outbound(USER, saying('x'))), PUBLISHED);
    expect(requests[0]?.url).toMatch(/\/sobjects\/my__event__e$/);
    expect(Object.keys(jsonOf(requests[0]!))).toEqual(['my__Type__c', 'my__Payload__c']);
  });

  it('is cut into several where it is too long, and the last one’s id counts', () => {
    expect(send(saying('x'.repeat(20_000))).events).toHaveLength(1);
    const { events, outcome } = send(saying('x'.repeat(20_001)));
    expect(events).toHaveLength(2);
    expect(outcome).toMatchObject({ messageId: events[1]?.payload.identifier });
    expect(events[0]?.payload.identifier).not.toBe(events[1]?.payload.identifier);
  });

  it('fits the field even if all of it has to be escaped', () => {
    const { requests } = send(saying('\u0001'.repeat(20_000)));
    expect(jsonOf<{ Payload__c: string }>(requests[0]!).Payload__c.length).toBeLessThan(131_072);
  });

  it('has the same ids when it is made again, and others under another key', () => {
    const ids = (key: string) =>
      eventOf(drive(adapter.deliver(outbound(USER, saying('x'), { key })), PUBLISHED).requests[0])
        .payload.identifier;
    expect(ids('a')).toBe(ids('a'));
    expect(ids('a')).not.toBe(ids('b'));
  });
});

describe('other contents', () => {
  const media = {
    kind: 'media',
    url: 'https://files.test/BYO-Middleware-Impl.png',
    mimeType: 'image/png',
    caption: 'did you get my file',
  } as const;

  it('media go as documented; without caption, without text', () => {
    const { events } = send(media);
    expect(shapeOf(events)).toEqual(shapeOf([fixture('outbound-attachment')]));
    expect(events[0]?.payload.entryPayload).toMatchObject({
      abstractMessage: {
        staticContent: {
          formatType: 'Attachments',
          text: media.caption,
          attachments: [{ name: 'BYO-Middleware-Impl.png', url: media.url, mimeType: 'image/png' }],
        },
      },
    });
    const { caption: _, ...bare } = media;
    expect(send(bare).messages).toMatchObject([{ staticContent: { attachments: [{}] } }]);
    expect(JSON.stringify(send(bare).events)).not.toContain('"text"');
  });

  it('media go in words where the partner can’t show them', () => {
    expect(send(media, adapterWith({ capabilities: 'Buttons' })).messages).toMatchObject([
      { staticContent: { formatType: 'Text', text: `${media.caption}\n${media.url}` } },
    ]);
  });

  const choices = [
    { id: 'y', title: 'Yes' },
    { id: 'n', title: 'No' },
  ];
  const question = { kind: 'text', text: 'Sure?', choices } as const;

  it.each([
    ['Attachments,Buttons,QuickReplies', 'Buttons'],
    ['QuickReplies', 'QuickReplies'],
  ])('choices, to one who can %s, go as %s', (capabilities, formatType) => {
    const { messages } = send(question, adapterWith({ capabilities }));
    expect(messages).toEqual([
      {
        id: expect.stringMatching(UUID),
        messageType: 'ChoicesMessage',
        choices: {
          formatType,
          text: 'Sure?',
          optionItems: [
            {
              itemType: 'TitleOptionItem',
              titleItem: { itemType: 'TitleItem', title: 'Yes' },
              optionIdentifier: 'y',
            },
            {
              itemType: 'TitleOptionItem',
              titleItem: { itemType: 'TitleItem', title: 'No' },
              optionIdentifier: 'n',
            },
          ],
        },
      },
    ]);
  });

  it('choices go in words where they can’t be shown', () => {
    const text = 'Sure?\n1. Yes\n2. No';
    const words = [{ staticContent: { formatType: 'Text', text } }];
    expect(send(question, adapterWith({ capabilities: '' })).messages).toMatchObject(words);
    const twice = { ...question, choices: [choices[0]!, choices[0]!] };
    expect(send(twice).messages).toMatchObject([{ messageType: 'StaticContentMessage' }]);
    expect(send({ ...question, text: ' ' }).messages).toMatchObject([
      { messageType: 'StaticContentMessage' },
    ]);
  });

  it('a long question goes before its choices', () => {
    const { messages } = send({ ...question, text: `${'x'.repeat(20_000)} Sure?` });
    expect(messages).toMatchObject([
      { messageType: 'StaticContentMessage' },
      { messageType: 'ChoicesMessage', choices: { text: 'Sure?' } },
    ]);
  });

  it('places and templates go in words', () => {
    const place = { kind: 'location', latitude: 1, longitude: 2, name: 'Pier' } as const;
    expect(send(place).messages).toMatchObject([{ staticContent: { text: 'Pier, 1, 2' } }]);
    const template = {
      kind: 'template',
      name: 't',
      language: 'en',
      parameters: [],
      text: 'Hello',
    } as const;
    expect(send(template).messages).toMatchObject([{ staticContent: { text: 'Hello' } }]);
  });
});

describe('indications', () => {
  it.each([
    ['typingOn', { entryType: 'TypingStartedIndicator', timestamp: AT_MS }],
    ['typingOff', { entryType: 'TypingStoppedIndicator', timestamp: AT_MS }],
    [
      'read',
      {
        entryType: 'ReadAcknowledgement',
        recipient: { appType: 'agent', subject: account.userId, role: 'Agent' },
        acknowledgedConversationEntryIdentifier: 'm1',
        acknowledgementTimestamp: AT_MS,
      },
    ],
  ] as const)('%s', (kind, entry) => {
    const delivery = adapter.indicate?.({ to: USER, key: 'k', atMs: AT_MS, kind, messageId: 'm1' });
    const { requests, outcome } = drive(delivery!, PUBLISHED);
    expect(outcome.ok).toBe(true);
    const { payload } = eventOf(requests[0]);
    expect(payload).toMatchObject({ entryType: entry.entryType, entryPayload: entry });
    expect(payload.identifier).toBe(payload.entryPayload.id);
  });
});

describe('announcements', () => {
  const announced = (about: Pick<Announcement, 'kind' | 'by'>) => {
    const session = { sessionId: 'S1', startedMs: AT_MS - 1000, ...about };
    const delivery = adapter.announce?.({ to: USER, key: 'k', atMs: AT_MS, ...session });
    return eventOf(drive(delivery!, PUBLISHED).requests[0]).payload.entryPayload;
  };

  it('that a rep has opened the session', () => {
    expect(announced({ kind: 'joined' })).toMatchObject({
      entryType: 'SessionStatusChanged',
      sessionId: 'S1',
      sessionStatus: 'Active',
      sessionStatusPrev: 'Waiting',
      sessionStartTime: AT_MS - 1000,
    });
  });

  it('that it is over, and who ended it', () => {
    expect(announced({ kind: 'ended', by: 'Agent' })).toMatchObject({
      sessionStatus: 'Ended',
      sessionEndedByRole: 'Agent',
      sessionEndTime: AT_MS,
    });
  });
});

describe('what comes of it', () => {
  const outcomeOf = (...answers: Parameters<typeof drive>[1][]) =>
    drive(adapter.deliver(outbound(USER, saying('x'))), ...answers).outcome;
  const refusal = (status: number, errorCode: string) =>
    json(status, [{ message: 'because', errorCode }]);

  it.each([
    [401, 'INVALID_SESSION_ID', 'unauthorised', true],
    [403, 'REQUEST_LIMIT_EXCEEDED', 'throttled', true],
    [400, 'INVALID_FIELD', 'invalid', true],
    [400, 'STRING_TOO_LONG', 'invalid', true],
    [404, 'NOT_FOUND', 'invalid', true],
    [503, 'SERVER_UNAVAILABLE', 'platformError', false],
  ])('%i %s', (status, code, failure, definite) => {
    const expected = { ok: false, failure, code, detail: 'because', definite };
    expect(outcomeOf(refusal(status, code))).toEqual(expected);
  });

  it('an event that was not taken', () => {
    const errors = [{ statusCode: 'LIMIT_EXCEEDED', message: 'too many', fields: [] }];
    expect(outcomeOf(json(201, { id: '', success: false, errors }))).toEqual({
      ok: false,
      failure: 'throttled',
      code: 'LIMIT_EXCEEDED',
      detail: 'too many',
      definite: true,
    });
  });

  it('a proxy’s page, no answer, no connection', () => {
    expect(outcomeOf(respond(502, '<html>'))).toMatchObject({ code: '502', definite: false });
    expect(outcomeOf(respond(200, 'ok'))).toMatchObject({
      failure: 'platformError',
      definite: false,
    });
    expect(outcomeOf(TIMED_OUT)).toMatchObject({ code: 'timedOut', definite: false });
    expect(outcomeOf(REFUSED)).toMatchObject({ code: 'connectionRefused', definite: true });
  });

  it('is not sure that nothing went once a part has gone', () => {
    const { requests, outcome } = drive(
      adapter.deliver(outbound(USER, saying('x'.repeat(30_000)))),
      PUBLISHED,
      refusal(401, 'INVALID_SESSION_ID'),
    );
    expect(requests).toHaveLength(2);
    expect(outcome).toMatchObject({ ok: false, failure: 'unauthorised', definite: false });
  });
});
