import { describe, expect, it } from 'vitest';
import {
  ADDRESS,
  CONVERSATION,
  createWorld,
  ENTRY,
  entryInteraction,
  fileOf,
  messageEntry,
  USER,
} from './world.ts';

describe('calls that the service answers itself', () => {
  const consent = (consentStatus: string) => {
    return { channelAddressIdentifier: ADDRESS, endUserClientId: USER, consentStatus };
  };

  it('consent: the partner’s if it owns it; then nothing reaches who opted out', async () => {
    const theirs = await createWorld().call('PATCH', '/api/v1/consent', consent('OptedOut'));
    expect([theirs.status, theirs.json]).toEqual([
      400,
      { success: false, errorDetail: { message: expect.any(String), code: 10022 } },
    ]);
    const account = { consentOwner: 'Partner' };
    const keywords = createWorld({ account: { ...account, supportsKeywords: 'on' } });
    const refused = await keywords.call('PATCH', '/api/v1/consent', consent('OptedOut'));
    expect(refused.json.errorDetail.code).toBe(10023);
    const world = createWorld({ account });
    const set = (status: string) => world.call('PATCH', '/api/v1/consent', consent(status));
    expect((await set('Maybe')).json.errorDetail.code).toBe(10021);
    expect((await set('OptedOut')).json).toEqual({ success: true });
    await world.run(() => world.send({ kind: 'text', text: 'x' }));
    expect(world.received).toEqual([]);
    expect(world.events).toMatchObject([{ status: 'failed', errorCode: '15103' }]);
    expect((await set('ExplicitlyOptedIn')).status).toBe(200);
    await world.run(() => world.send({ kind: 'text', text: 'y' }));
    expect(world.received).toHaveLength(1);
  });

  it('conversation: one for each end user', async () => {
    const world = createWorld();
    const participant = { subject: USER, role: 'EndUser', appType: 'custom' };
    const post = (participants: object[], channelAddressIdentifier = ADDRESS) =>
      world.call('POST', '/api/v1/conversation', { channelAddressIdentifier, participants });
    const { status, json } = await post([participant]);
    expect([status, json]).toEqual([
      202,
      {
        conversationIdentifier: CONVERSATION,
        messagingSessionId: expect.stringMatching(/^0Mw\w{12}$/),
        success: true,
      },
    ]);
    expect((await post([participant])).json).toEqual(json);
    expect((await post([])).json.code).toBe(10053);
    expect((await post([participant, participant])).json.code).toBe(10053);
    expect((await post([{ ...participant, appType: 'agent' }])).json.code).toBe(10037);
    expect((await post([{ ...participant, subject: '' }])).json.code).toBe(10054);
    expect((await post([participant], ENTRY)).json.code).toBe(10017);
  });

  it('capabilities: known types, formats and both together', async () => {
    const world = createWorld();
    const patch = async (messageType: string, formatType: string, set: object = {}) => {
      const types = [{ messageType, formatTypeCapabilities: [{ formatType }] }];
      const channel = { channelType: 'custom', messageTypeCapabilities: types, ...set };
      const capabilities = { appType: 'custom', channelCapabilities: [channel] };
      const { status, json } = await world.call('PATCH', '/api/v1/capabilities', { capabilities });
      return status === 200 ? json : json.errorDetail.code;
    };
    expect(await patch('ChoicesMessage', 'Buttons')).toEqual({ success: true });
    expect(await patch('StaticContentMessage', 'Attachments')).toEqual({ success: true });
    expect(await patch('Poem', 'Buttons')).toBe(10047);
    expect(await patch('ChoicesMessage', 'Sonnet')).toBe(10048);
    expect(await patch('ChoicesMessage', 'Attachments')).toBe(10049);
    const customIntegration = { customIntegrationType: 'Other' };
    expect(await patch('ChoicesMessage', 'Buttons', { customIntegration })).toBe(10050);
  });

  it('participant: removes one, by an id of 15', async () => {
    const world = createWorld();
    await world.interact(entryInteraction(messageEntry()));
    const agent = { appType: 'agent', subject: '005xx0000012345', role: 'Agent' };
    const post = async (set: object = {}) => {
      const body = {
        conversationIdentifier: CONVERSATION,
        operation: 'Remove',
        participants: [agent],
      };
      const { json } = await world.call('POST', '/api/v1/participant', { ...body, ...set });
      return json.code ?? json;
    };
    expect(await post()).toEqual({ success: true });
    expect(await post({ operation: 'Add' })).toBe(10097);
    expect(await post({ participants: [agent, agent] })).toBe(10053);
    expect(await post({ participants: [{ ...agent, subject: '005xx0000012345AAA' }] })).toBe(10054);
    expect(await post({ conversationIdentifier: ENTRY })).toBe(10018);
  });

  it('refuses what only contact centres may', async () => {
    const world = createWorld();
    const code = async (method: string, path: string) =>
      (await world.call(method, path, {})).json.code;
    expect(await code('POST', '/api/v1/route')).toBe(15102);
    expect(await code('DELETE', '/api/v1/route')).toBe(15102);
    expect(await code('POST', '/api/v1/agentWork')).toBe(15102);
    expect(await code('POST', '/api/v1/conversationHistory')).toBe(10057);
  });
});

describe('bots of others', () => {
  const typed = { authorizationcontexttype: 'ExternalConversationParticipant' };
  const sender = { subject: 'bot-1', role: 'Chatbot', appType: 'chatbot' };

  it('say something, show a file, and read what there is', async () => {
    const world = createWorld();
    await world.interact(entryInteraction(messageEntry()));
    const entries = [{ clientTimestamp: 1, entryPayload: messageEntry({}, 'b1') }];
    const said = { conversationIdentifier: CONVERSATION, sender, conversationEntries: entries };
    const bare = await world.call('POST', '/api/v1/conversationEntry', said);
    expect(bare.json.code).toBe(10093);
    await world.run(async () => {
      const { status, json } = await world.call('POST', '/api/v1/conversationEntry', said, typed);
      expect([status, json]).toEqual([202, { success: true }]);
    });
    expect(world.received).toMatchObject([{ messageId: 'b1', content: { text: 'Hi there' } }]);
    const ask = (set: object = {}) => {
      const body = { conversationIdentifier: CONVERSATION, startTime: 0, ...set };
      return world.call('GET', '/api/v1/conversationEntry', body, typed);
    };
    const { json } = await ask();
    expect(json.success).toBe(true);
    expect(json.conversationEntries).toMatchObject([
      { clientTimestamp: 1688190840000, sender: { role: 'EndUser' }, entryPayload: { id: ENTRY } },
      { sender, entryPayload: { id: 'b1' } },
    ]);
    const last = await ask({ limit: 1, direction: 'FROM_END' });
    expect(last.json.conversationEntries).toMatchObject([{ entryPayload: { id: 'b1' } }]);
    expect((await ask({ startTime: undefined })).json.code).toBe(10090);
    expect((await ask({ startTime: 2, endTime: 1 })).json.code).toBe(10091);
    expect((await ask({ limit: 21 })).json.code).toBe(10092);
  });

  it('attach a file, for the end user to see', async () => {
    const world = createWorld();
    await world.interact(entryInteraction(messageEntry()));
    const entry = { clientTimestamp: 1, id: 'f1', attachmentIndex: 0, contentLength: 4 };
    const about = { conversationIdentifier: CONVERSATION, sender, conversationEntries: [entry] };
    const { writeMultipart } = await import('../../../src/channels/multipart.ts');
    const json = Buffer.from(JSON.stringify(about));
    const part = { name: 'postAttachmentRequestJson', contentType: 'application/json', body: json };
    const form = writeMultipart([part, fileOf('1234')], 'b');
    const answer = await world.run(() =>
      world.call('POST', '/api/v1/attachment', form.body, {
        'content-type': form.contentType,
        ...typed,
      }),
    );
    expect([answer.status, answer.json]).toEqual([202, { success: true }]);
    const [shown] = world.received;
    expect(shown).toMatchObject({ content: { kind: 'media', mimeType: 'image/png' } });
    const url = shown?.content.kind === 'media' ? new URL(shown.content.url) : undefined;
    const file = await world.call('GET', `${url?.pathname}${url?.search}`);
    expect(file.body.toString()).toBe('1234');
  });
});
