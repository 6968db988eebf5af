import { describe, expect, it } from 'vitest';
import { createWebAdapter } from '../../../src/channels/web/adapter.ts';
import type { EventsBody, MessageJson } from '../../../src/channels/web/wire.ts';
import { json, respond } from '../../../src/http.ts';
import type { Choice, Content, IndicationKind } from '../../../src/message.ts';
import { AT_MS, drive, jsonOf, outbound, REFUSED, saying, TIMED_OUT } from '../driving.ts';
import { ADDRESS, account, adapter, channel, EDGE, SUBJECT, WEBHOOK } from './channel.ts';

const TAKEN = json(202, { conversationEntries: [] });

/** The messages of the one request that a content goes in. */
function messagesOf(content: Content, sender = adapter): readonly MessageJson[] {
  const { requests } = drive(sender.deliver(outbound(SUBJECT, content)), TAKEN);
  expect(requests).toHaveLength(1);
  return jsonOf<EventsBody>(requests[0]!).events.map(({ data }) => {
    return JSON.parse(data.conversationEntry.entryPayload).abstractMessage;
  });
}

const textsOf = (content: Content) =>
  messagesOf(content).map((message) =>
    message.messageType === 'StaticContentMessage' ? message.staticContent.text : message,
  );

const choices = (count: number): readonly Choice[] =>
  Array.from({ length: count }, (_, i) => ({ id: `id-${i}`, title: `Option ${i}` }));

describe('a message', () => {
  it('is handed in as an event, by a token of the stack’s own', () => {
    const byRep = outbound(SUBJECT, saying('hi'), { rep: 'rep-1' });
    const { requests, outcome } = drive(adapter.deliver(byRep), TAKEN);
    const [request] = requests;
    const body = jsonOf<EventsBody>(request!);
    const identifier = body.events[0]?.data.conversationEntry.identifier;
    expect(request).toMatchObject({ method: 'POST', url: `${EDGE}/eventrouter/v1/events` });
    expect(request?.headers['content-type']).toBe('application/json');
    const [, claims = ''] = request?.headers.authorization?.split('.') ?? [];
    const iat = AT_MS / 1000;
    expect(JSON.parse(atob(claims))).toEqual({
      aud: 'eventrouter',
      sub: ADDRESS,
      iat,
      exp: iat + 300,
    });
    expect(outcome).toEqual({ ok: true, messageId: identifier });
    expect(identifier).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
    expect(body).toEqual({
      recipient: { appType: 'iamessage', role: 'EndUser', subject: SUBJECT },
      events: [
        {
          event: 'CONVERSATION_MESSAGE',
          data: {
            channelType: 'embedded_messaging',
            channelAddressIdentifier: ADDRESS,
            conversationEntry: {
              senderDisplayName: 'Support',
              identifier,
              entryType: 'Message',
              entryPayload: JSON.stringify({
                entryType: 'Message',
                id: identifier,
                abstractMessage: {
                  id: identifier,
                  messageType: 'StaticContentMessage',
                  staticContent: { formatType: 'Text', text: 'hi' },
                },
              }),
              sender: { appType: 'agent', role: 'Agent', subject: account.agentId },
              relatedRecords: [],
              transcriptedTimestamp: AT_MS,
              clientTimestamp: AT_MS,
              clientDuration: 0,
            },
          },
        },
      ],
    });
  });

  it('is in the name the account gives, and never in none', () => {
    for (const [agentName, shown] of [
      ['Ada', 'Ada'],
      ['', 'Support'],
    ] as const) {
      const named = { ...channel, account: { agentName, agentId: '005x' } };
      const other = createWebAdapter({ channel: named, apiUrl: EDGE, webhookUrl: WEBHOOK });
      const byRep = outbound(SUBJECT, saying('hi'), { rep: 'rep-1' });
      const { requests } = drive(other.deliver(byRep), TAKEN);
      const { conversationEntry } = jsonOf<EventsBody>(requests[0]!).events[0]!.data;
      expect(conversationEntry.senderDisplayName).toBe(shown);
      expect(conversationEntry.sender.subject).toBe('005x');
    }
  });

  it('is split where it is too long, and nothing is lost', () => {
    expect(textsOf(saying('x'.repeat(4096)))).toEqual(['x'.repeat(4096)]);
    expect(textsOf(saying('x'.repeat(4097)))).toEqual(['x'.repeat(4096), 'x']);
    const ids = messagesOf(saying('word '.repeat(2000))).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });

  it.each([
    [1, 'Buttons'],
    [3, 'Buttons'],
    [4, 'QuickReplies'],
    [10, 'QuickReplies'],
  ] as const)('with %i choices offers %s', (count, formatType) => {
    const [message] = messagesOf({ kind: 'text', text: 'Which?', choices: choices(count) });
    expect(message).toMatchObject({
      messageType: 'ChoicesMessage',
      choices: {
        formatType,
        text: 'Which?',
        optionItems: choices(count).map(({ id, title }) => ({
          itemType: 'TitleOptionItem',
          titleItem: { itemType: 'TitleItem', title },
          optionIdentifier: id,
        })),
      },
    });
  });

  it.each([
    ['too many', choices(11)],
    ['two of one id', [choices(1)[0]!, choices(1)[0]!]],
    ['one without title', [{ id: 'a', title: ' ' }]],
  ])('with %s says its choices in words', (_, all) => {
    const [message] = messagesOf({ kind: 'text', text: 'Which?', choices: all });
    const text = `Which?${all.map(({ title }, i) => `\n${i + 1}. ${title}`).join('')}`;
    expect(message).toMatchObject({ staticContent: { formatType: 'Text', text } });
  });

  it('that is long and has choices asks last', () => {
    const text = `${'x'.repeat(4096)} Which?`;
    const [first, last] = messagesOf({ kind: 'text', text, choices: choices(2) });
    expect(first).toMatchObject({ staticContent: { text: 'x'.repeat(4096) } });
    expect(last).toMatchObject({ choices: { text: 'Which?' } });
  });

  it('may be a file, with its words', () => {
    const media = {
      kind: 'media',
      url: 'https://x.test/a/cat.png?x=1',
      mimeType: 'image/png',
    } as const;
    const [message] = messagesOf({ ...media, caption: 'look' });
    expect(message).toMatchObject({
      messageType: 'StaticContentMessage',
      staticContent: {
        formatType: 'Attachments',
        text: 'look',
        attachments: [
          {
            id: expect.stringMatching(/^[0-9a-f-]{36}$/),
            name: 'cat.png',
            mimeType: 'image/png',
            url: media.url,
          },
        ],
      },
    });
    expect(JSON.stringify(messagesOf(media))).not.toContain('"text"');
    const long = messagesOf({ ...media, caption: 'x'.repeat(5000) });
    expect(long.map(({ id }) => id)).toEqual([...new Set(long.map(({ id }) => id))]);
    expect(long).toHaveLength(3);
  });

  it.each([
    [{ kind: 'location', latitude: 1.5, longitude: 2, name: 'Here' }, 'Here, 1.5, 2'],
    [{ kind: 'reaction', emoji: '👍', messageId: 'm' }, '👍'],
    [{ kind: 'choice', id: 'a', title: 'Tea' }, 'Tea'],
    [{ kind: 'template', name: 't', language: 'en', parameters: [], text: 'Hello!' }, 'Hello!'],
  ] as const)('of another kind goes in words: %j', (content, text) => {
    expect(textsOf(content)).toEqual([text]);
  });

  it('has limits that the channel may set', () => {
    const limits = { text: 10, buttons: 1, quickReplies: 2 };
    const other = createWebAdapter({
      channel: { ...channel, limits },
      apiUrl: EDGE,
      webhookUrl: WEBHOOK,
    });
    expect(messagesOf(saying('0123456789 1'), other)).toHaveLength(2);
    const [message] = messagesOf({ kind: 'text', text: 'Which?', choices: choices(2) }, other);
    expect(message).toMatchObject({ choices: { formatType: 'QuickReplies' } });
  });
});

describe('an indication', () => {
  const eventsOf = (kind: IndicationKind) => {
    const about = { to: SUBJECT, key: 'k', atMs: AT_MS, kind, messageId: 'm1' };
    const { requests } = drive(adapter.indicate!(about)!, TAKEN);
    return jsonOf<EventsBody>(requests[0]!).events.map(({ event, data }) => {
      const { entryPayload, relatedRecords } = data.conversationEntry;
      return { event, relatedRecords, payload: JSON.parse(entryPayload) };
    });
  };

  it('tells of typing', () => {
    expect(eventsOf('typingOn')).toMatchObject([
      {
        event: 'CONVERSATION_TYPING_STARTED_INDICATOR',
        payload: { entryType: 'TypingStartedIndicator', timestamp: AT_MS },
      },
    ]);
    expect(eventsOf('typingOff')[0]?.payload.entryType).toBe('TypingStoppedIndicator');
  });

  it('tells that what is read was delivered', () => {
    const acknowledgement = {
      acknowledgedConversationEntryIdentifier: 'm1',
      acknowledgementTimestamp: AT_MS,
    };
    expect(eventsOf('read')).toMatchObject(
      ['Delivery', 'Read'].map((which) => ({
        event: `CONVERSATION_${which.toUpperCase()}_ACKNOWLEDGEMENT`,
        relatedRecords: ['m1'],
        payload: { entryType: `${which}Acknowledgement`, ...acknowledgement },
      })),
    );
  });
});

describe('an answer', () => {
  const deliver = () => adapter.deliver(outbound(SUBJECT, saying('hi')));
  const refusal = (status: number) => json(status, { message: 'no', code: status });

  it.each([
    [400, 'invalid'],
    [401, 'unauthorised'],
    [403, 'unauthorised'],
    [404, 'unreachable'],
    [413, 'invalid'],
    [429, 'throttled'],
  ])('%i is final: %s', (status, failure) => {
    const { outcome, requests } = drive(deliver(), refusal(status));
    expect(outcome).toEqual({
      ok: false,
      failure,
      code: String(status),
      detail: 'no',
      definite: true,
    });
    expect(requests).toHaveLength(1);
  });

  it('of failure is asked for again, with the same entries', () => {
    const { outcome, requests } = drive(deliver(), respond(503, 'down'), TIMED_OUT, TAKEN);
    expect(outcome).toMatchObject({ ok: true });
    expect(requests.map(({ afterMs }) => afterMs)).toEqual([undefined, 500, 2000]);
    expect(new Set(requests.map(({ body }) => body.toString())).size).toBe(1);
  });

  it('that never comes leaves it open whether the message went', () => {
    const lost = drive(deliver(), respond(504), REFUSED);
    expect(lost.outcome).toMatchObject({
      failure: 'platformError',
      code: 'connectionRefused',
      definite: false,
    });
    const refused = drive(deliver(), REFUSED);
    expect(refused.outcome).toMatchObject({ failure: 'platformError', definite: true });
    expect(drive(deliver(), respond(500)).outcome).toMatchObject({ code: '500', definite: false });
  });
});
