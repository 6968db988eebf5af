import { describe, expect, it } from 'vitest';
import {
  acknowledgement,
  attachmentInteraction,
  CONVERSATION,
  createWorld,
  ENTRY,
  entryInteraction,
  fileOf,
  messageEntry,
  USER,
} from './world.ts';

const INTERACTIONS = '/api/v1/interactions';

describe('POST /interactions', () => {
  it('answers 202 with the one conversation of the end user and its session', async () => {
    const world = createWorld();
    const first = await world.interact(entryInteraction(messageEntry()));
    expect(first.status).toBe(202);
    expect(first.headers['content-type']).toBe('application/json');
    expect(first.json).toEqual({
      conversationIdentifier: CONVERSATION,
      id: ENTRY,
      workItemIds: [expect.stringMatching(/^0Mw\w{12}$/)],
      success: true,
    });
    const next = await world.interact(attachmentInteraction(), [fileOf('1234')]);
    expect(next.json).toEqual(first.json);
    const other = await world.interact(entryInteraction(messageEntry(), { from: 'David Wood' }));
    expect(other.json.conversationIdentifier).not.toBe(CONVERSATION);
    expect(other.json.workItemIds).not.toEqual(first.json.workItemIds);
    expect(world.events).toMatchObject([
      { from: USER, sentMs: 1688190840000 },
      { from: USER, content: { kind: 'media', mimeType: 'image/png', caption: 'my file' } },
      { from: 'David Wood' },
    ]);
  });

  it('takes typing, reports of failure, choices and forms; and one RequestId for all', async () => {
    const world = createWorld();
    const timestamp = 1688190840000;
    const recipient = { appType: 'custom', subject: USER, role: 'EndUser' };
    const option = { optionIdentifier: 'y', optionTitle: { itemType: 'TitleItem', title: 'Yes' } };
    const input = { inputValueType: 'SingleInputValue', inputId: 'i', displayValue: 'Bo' };
    const entries = [
      { id: ENTRY, entryType: 'TypingStartedIndicator', timestamp },
      { id: ENTRY, entryType: 'TypingStoppedIndicator', timestamp },
      {
        id: ENTRY,
        entryType: 'MessageDeliveryFailed',
        failedConversationEntryIdentifier: 'e1',
        recipient,
        errorCode: '10058',
      },
      messageEntry({
        messageType: 'ChoicesResponseMessage',
        choicesResponse: { formatType: 'Selections', selectedOptions: [option] },
      }),
      messageEntry({
        messageType: 'FormResponseMessage',
        formResponse: { formatType: 'Inputs', inputValues: [input] },
      }),
    ];
    for (const entry of entries) {
      const { status, json } = await world.interact(entryInteraction(entry));
      expect([status, json.success]).toEqual([202, true]);
    }
    expect(world.events).toMatchObject([
      { kind: 'typing', on: true },
      { kind: 'typing', on: false },
      { kind: 'receipt', messageId: 'e1', status: 'failed', errorCode: '10058' },
      { kind: 'message', content: { kind: 'choice', id: 'y', title: 'Yes' } },
      { kind: 'message', content: { kind: 'text', text: 'Bo' } },
    ]);
  });

  const text = (staticContent: object) => entryInteraction(messageEntry({ staticContent }));
  const file = fileOf('1234');
  it.each([
    ['no to', entryInteraction(messageEntry(), { to: undefined }), [], 400, 10027],
    ['to of 241', entryInteraction(messageEntry(), { to: 'x'.repeat(241) }), [], 400, 10027],
    ['unknown to', entryInteraction(messageEntry(), { to: ENTRY }), [], 404, 10017],
    ['no from', entryInteraction(messageEntry(), { from: '' }), [], 400, 10028],
    ['from of 256', entryInteraction(messageEntry(), { from: 'x'.repeat(256) }), [], 400, 10028],
    ['no interaction', entryInteraction(messageEntry(), { interactions: [] }), [], 400, 10029],
    ['two', entryInteraction({}, { interactions: [{}, {}] }), [], 400, 10029],
    [
      'no timestamp',
      entryInteraction({}, { interactions: [{ interactionType: 'EntryInteraction' }] }),
      [],
      400,
      10029,
    ],
    ['no such entry', entryInteraction({ id: ENTRY, entryType: 'Note' }), [], 400, 10029],
    ['no id', entryInteraction(messageEntry({}, '')), [], 400, 10059],
    ['two ids', entryInteraction(messageEntry({ id: 'other' })), [], 400, 10060],
    [
      'a bot’s message',
      entryInteraction(messageEntry({ messageType: 'ChoicesMessage' })),
      [],
      400,
      10062,
    ],
    ['no format', text({}), [], 400, 10048],
    ['no text', text({ formatType: 'Text' }), [], 400, 10045],
    ['no file', attachmentInteraction(), [], 400, 10011],
    ['two files', attachmentInteraction(), [file, file], 400, 10011],
    ['a file too many', entryInteraction(messageEntry()), [file], 400, 10011],
    ['no length', attachmentInteraction({ contentLength: undefined }), [file], 400, 10010],
    ['wrong length', attachmentInteraction({ contentLength: 5 }), [file], 400, 10051],
    ['an empty file', attachmentInteraction({ contentLength: 0 }), [fileOf('')], 400, 10009],
    ['no type', attachmentInteraction(), [fileOf('1234', '', 'a')], 400, 10095],
    ['no JSON', 'nothing', [], 400, 10100],
  ])('refuses %s', async (_, request, files, status, code) => {
    const world = createWorld();
    const answer = await world.interact(request, files);
    expect([answer.status, answer.json]).toEqual([status, { message: expect.any(String), code }]);
    expect(world.calls).toEqual([]);
  });

  it('takes a from of 255 and a file of 25 MB, and refuses one of a byte more', async () => {
    const world = createWorld();
    const longest = entryInteraction(messageEntry(), { from: 'x'.repeat(255) });
    expect((await world.interact(longest)).status).toBe(202);
    const bytes = (count: number) => [fileOf(Buffer.alloc(count))];
    const size = 25 * 1024 * 1024;
    const whole = attachmentInteraction({ contentLength: size });
    expect((await world.interact(whole, bytes(size))).status).toBe(202);
    const more = attachmentInteraction({ contentLength: size + 1 });
    expect((await world.interact(more, bytes(size + 1))).json.code).toBe(10008);
  });

  it('goes by the name of a file whose type is not given', async () => {
    const world = createWorld();
    const unnamed = fileOf('1234', 'application/octet-stream', 'a.JPG');
    expect((await world.interact(attachmentInteraction(), [unnamed])).status).toBe(202);
    const link = `/sfc/dist/version/download/?ids=${ENTRY}`;
    expect((await world.call('GET', link)).headers['content-type']).toBe('image/jpeg');
  });
});

describe('every call', () => {
  const cases: readonly (readonly [string, Record<string, string | undefined>, number, number])[] =
    [
      ['no token', { authorization: undefined }, 401, 10004],
      ['a token that is none', { authorization: 'Bearer x' }, 401, 10004],
      ['no OrgId', { orgid: undefined }, 400, 10016],
      ['an OrgId of 18', { orgid: '00DHp000000KxQzMAK' }, 400, 10016],
      ['no RequestId', { requestid: undefined }, 400, 10016],
      ['no AuthorizationContext', { authorizationcontext: undefined }, 400, 10016],
      ['another’s AuthorizationContext', { authorizationcontext: 'Other' }, 403, 10005],
      ['a wrong type of it', { authorizationcontexttype: 'Other' }, 400, 10093],
    ];
  it.each(cases)('refuses %s', async (_, headers, status, code) => {
    const world = createWorld();
    const answer = await world.interact(entryInteraction(messageEntry()), [], headers);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    const other = await world.call(
      'POST',
      '/api/v1/acknowledgement',
      acknowledgement('e'),
      headers,
    );
    expect([other.status, other.json.code]).toEqual([status, code]);
    expect(world.calls).toEqual([]);
  });

  it('refuses a token without scope, one that has expired, the org’s own', async () => {
    const world = createWorld();
    const by = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await world.interact(entryInteraction(messageEntry()), [], headers)).json.code;
    };
    expect(await by(world.token('api'))).toBe(10003);
    expect(await by(world.token('interaction_api', -1))).toBe(10004);
    expect(await by(world.account.serviceToken)).toBe(10003);
    expect(await by(world.token().replace('!', ''))).toBe(10004);
    expect(await by(world.token())).toBeUndefined();
  });

  it('is known by path and method', async () => {
    const world = createWorld();
    expect((await world.call('GET', INTERACTIONS)).status).toBe(405);
    expect((await world.call('POST', '/api/v1/nothing')).status).toBe(404);
    expect((await world.call('GET', '/services/nothing')).json).toEqual([
      { message: 'The requested resource does not exist', errorCode: 'NOT_FOUND' },
    ]);
    expect((await world.call('GET', '/services/oauth2/token')).json[0].errorCode).toBe(
      'METHOD_NOT_ALLOWED',
    );
  });
});
