import { describe, expect, it } from 'vitest';
import { createByocCcaasProvider } from '../../../mock-providers/byoc-ccaas/provider.ts';
import type { ProviderParts } from '../../../mock-providers/provider.ts';
import { ADDRESS, CONVERSATION, createWorld, ENTRY, messageEntry, USER } from '../byoc/world.ts';

const typed = { authorizationcontexttype: 'ConversationChannelDefinition' };

function createCentre(account: Record<string, string> = {}) {
  const create = (parts: ProviderParts) => createByocCcaasProvider(parts);
  const world = createWorld({ type: 'byoc-ccaas', create, account });
  const post = (path: string, body: object, set = {}) =>
    world.call('POST', `/api/v1${path}`, body, set);
  return { ...world, post };
}

describe('POST /conversationHistory', () => {
  const HOUR = 3_600_000;
  const request = (now: number, set: object = {}, entry: object = {}) => {
    const bot = { subject: 'bot', role: 'Chatbot', appType: 'chatbot' };
    const endUser = { subject: USER, role: 'EndUser', appType: 'custom' };
    const said = { clientTimestamp: now - HOUR, sender: endUser, entryPayload: messageEntry() };
    return {
      channelAddressIdentifier: ADDRESS,
      conversationParticipants: [
        { participant: endUser, joinedTime: now - HOUR },
        { participant: bot, joinedTime: now - HOUR, leftTime: now },
      ],
      conversationEntries: [{ ...said, ...entry }],
      messagingSession: {
        messagingSessionRequestType: 'EstablishMessagingSession',
        payload: { startTime: now - HOUR },
      },
      ...set,
    };
  };
  const post = (centre: ReturnType<typeof createCentre>, set: object = {}, entry: object = {}) =>
    centre.run(() =>
      centre.post('/conversationHistory', request(centre.clock.originMs, set, entry), typed),
    );

  it('begins a session, or joins the one there is', async () => {
    const centre = createCentre();
    const { status, json } = await post(centre);
    expect([status, json]).toEqual([
      202,
      {
        success: true,
        conversationIdentifier: CONVERSATION,
        messagingSessionId: expect.stringMatching(/^0Mw\w{12}$/),
      },
    ]);
    const attach = (sessionId: string) => ({
      messagingSession: {
        messagingSessionRequestType: 'AttachMessagingSession',
        payload: { sessionId },
      },
    });
    expect((await post(centre, attach(json.messagingSessionId))).json).toEqual(json);
    expect((await post(centre, attach('0Mw'))).json.code).toBe(10072);
  });

  it('refuses what breaks a rule', async () => {
    const centre = createCentre();
    const now = centre.clock.originMs;
    const [endUser, bot] = request(now).conversationParticipants;
    const people = (...conversationParticipants: object[]) => ({ conversationParticipants });
    const code = async (set: object, entry: object = {}) =>
      (await post(centre, set, entry)).json.code;
    expect(await code({ channelAddressIdentifier: ENTRY })).toBe(10017);
    expect(await code(people())).toBe(10039);
    expect(await code(people(bot!))).toBe(10042);
    expect(await code(people(endUser!, endUser!))).toBe(10101);
    expect(await code(people(endUser!, { ...bot, leftTime: undefined }))).toBe(10066);
    expect(await code(people(endUser!, { ...bot, leftTime: now - 2 * HOUR }))).toBe(10067);
    expect(await code(people({ ...endUser, leftTime: now }, bot!))).toBe(10065);
    expect(await code({}, { clientTimestamp: now - 25 * HOUR })).toBe(10046);
    expect(await code({}, { sender: { subject: 'other', role: 'EndUser' } })).toBe(10068);
    const choices = messageEntry({ messageType: 'ChoicesMessage' });
    expect(await code({}, { entryPayload: choices })).toBe(10062);
    const [entry] = request(now).conversationEntries;
    expect(await code({ conversationEntries: [entry, entry] })).toBe(10073);
    expect(await code({ conversationEntries: [] })).toBe(10078);
  });
});
