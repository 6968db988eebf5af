import { describe, expect, it } from 'vitest';
import { conversationOf } from '../../../src/channels/byoc/wire.ts';
import { AT_MS, jsonOf } from '../driving.ts';
import { ADDRESS, API, adapter, call, contentOf, fixture, interactions, USER } from './channel.ts';

const ENTRY = 'f7904eb6-5352-4c5e-adf6-5f100572cf5d';
const FILE = {
  name: 'attachments',
  filename: 'a b.png',
  contentType: 'image/png',
  body: Buffer.from('\r\n0123--\r\n'),
};

function eventsOf(request: Parameters<typeof adapter.receive>[0]) {
  const received = adapter.receive(request, AT_MS);
  if (!received.ok) throw new Error(received.reason);
  return received.events;
}

describe('documented calls', () => {
  it('text', () => {
    const received = adapter.receive(interactions(fixture('inbound-text')), AT_MS);
    expect(received).toMatchObject({
      ok: true,
      events: [
        {
          kind: 'message',
          messageId: ENTRY,
          from: USER,
          content: { kind: 'text', text: 'Hi there' },
          sentMs: 1688190840000,
        },
      ],
    });
    expect(received.response.status).toBe(202);
    expect(jsonOf(received.response)).toEqual({
      conversationIdentifier: conversationOf(ADDRESS, USER),
      id: ENTRY,
      workItemIds: [],
      success: true,
    });
  });

  it('typing', () => {
    expect(eventsOf(interactions(fixture('inbound-typing')))).toEqual([
      { kind: 'typing', from: USER, on: true },
    ]);
    const stopped = JSON.parse(
      JSON.stringify(fixture('inbound-typing')).replace('Started', 'Stopped'),
    );
    expect(eventsOf(interactions(stopped))).toEqual([{ kind: 'typing', from: USER, on: false }]);
  });

  it('a report of failure, by both names of what failed, or none', () => {
    const failed = fixture('inbound-failed');
    const receipt = {
      kind: 'receipt',
      messageId: '56e10dce-2fd3-4ab6-91bf-f55827ad0280',
      to: USER,
      status: 'failed',
      errorCode: '10058',
    };
    expect(eventsOf(interactions(failed))).toEqual([receipt]);
    const named = (name: string) =>
      JSON.parse(JSON.stringify(failed).replace('failedConversationEntryIdentifier', name));
    expect(eventsOf(interactions(named('failedChannelEntryIdentifier')))).toEqual([receipt]);
    expect(eventsOf(interactions(named('nothing')))).toEqual([]);
  });

  it('a file, by where the org keeps it', () => {
    expect(eventsOf(interactions(fixture('inbound-attachment'), [FILE]))).toEqual([
      {
        kind: 'message',
        messageId: '57904eb6-5352-4c5e-adf6-5f100572cf54',
        from: USER,
        content: {
          kind: 'media',
          url:
            `${API}/sfc/dist/version/download/?oid=00DHp000000KxQz` +
            '&ids=57904eb6-5352-4c5e-adf6-5f100572cf54&asPdf=false',
          mimeType: 'image/png',
          caption: 'This is my file',
        },
        sentMs: 1688190840000,
      },
    ]);
  });

  it('acknowledgements', () => {
    const received = adapter.receive(call('/acknowledgement', fixture('acknowledgement')), AT_MS);
    const receipt = {
      kind: 'receipt',
      messageId: '56e10dce-2fd3-4ab6-91bf-f55827ad0280',
      to: USER,
    };
    expect(received).toMatchObject({
      ok: true,
      events: [
        { ...receipt, status: 'delivered' },
        { ...receipt, status: 'read' },
      ],
      response: { status: 200 },
    });
    expect(jsonOf(received.response)).toEqual({ success: true });
  });

  it('the end of a session', () => {
    expect(eventsOf(call('/messagingSession', fixture('messaging-session-end')))).toEqual([
      { kind: 'ended', from: USER },
    ]);
  });
});

describe('what end users say', () => {
  const title = (text: string) => ({ itemType: 'TitleItem', title: text });

  it('a choice; of several, all titles', () => {
    const selectedOptions = [
      { optionIdentifier: 'a', optionTitle: title('Red') },
      { optionIdentifier: 'b' },
    ];
    const choicesResponse = { formatType: 'Selections', selectedOptions };
    const message = { messageType: 'ChoicesResponseMessage', choicesResponse };
    expect(contentOf(message)).toEqual({ kind: 'choice', id: 'a', title: 'Red, b' });
  });

  it('a form, a line for each input', () => {
    const inputValues = [
      {
        inputValueType: 'SingleInputValue',
        inputId: '1',
        inputlabel: title('Name'),
        displayValue: 'Bo',
      },
      {
        inputValueType: 'SingleInputValue',
        inputId: '2',
        value: { valueType: 'IntegerValue', integerValue: 7 },
      },
      {
        inputValueType: 'SelectedOptionsInputValue',
        inputId: '3',
        inputlabel: title('Size'),
        selectedOptions: [{ optionIdentifier: 'm', optionTitle: title('M') }],
      },
    ];
    const formResponse = { formatType: 'Inputs', inputValues };
    expect(contentOf({ messageType: 'FormResponseMessage', formResponse })).toEqual({
      kind: 'text',
      text: 'Name: Bo\n7\nSize: M',
    });
  });

  it('a link, and a file by address', () => {
    const said = (staticContent: object) =>
      contentOf({ messageType: 'StaticContentMessage', staticContent });
    expect(said({ formatType: 'Links', links: [{ url: 'https://x.test' }] })).toEqual({
      kind: 'text',
      text: 'https://x.test',
    });
    const attachments = [{ id: '1', name: 'a', mimeType: 'image/png', url: 'https://x.test/a' }];
    expect(said({ formatType: 'Attachments', text: 'c', attachments })).toEqual({
      kind: 'media',
      url: 'https://x.test/a',
      mimeType: 'image/png',
      caption: 'c',
    });
    expect(said({ formatType: 'ExperienceType' })).toEqual({
      kind: 'text',
      text: '[unsupported: ExperienceType]',
    });
    expect(contentOf({ messageType: 'FormMessage' })).toMatchObject({
      text: '[unsupported: FormMessage]',
    });
  });

  it('entries that tell a rep nothing are taken', () => {
    const note = JSON.parse(
      JSON.stringify(fixture('inbound-typing')).replace('TypingStartedIndicator', 'Note'),
    );
    expect(eventsOf(interactions(note))).toEqual([]);
  });
});
