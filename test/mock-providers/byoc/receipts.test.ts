import { describe, expect, it } from 'vitest';
import {
  ADDRESS,
  acknowledgement,
  CONVERSATION,
  createWorld,
  ENTRY,
  entryInteraction,
  messageEntry,
  USER,
} from './world.ts';

describe('POST /acknowledgement', () => {
  const post = (world: ReturnType<typeof createWorld>, body: unknown) =>
    world.call('POST', '/api/v1/acknowledgement', body);

  it('tells the stack of up to 25', async () => {
    const world = createWorld();
    const [one] = (acknowledgement('e1') as { acknowledgements: object[] }).acknowledgements;
    const all = Array.from({ length: 25 }, (_, i) => ({
      ...one,
      acknowledgementTimestamp: '1688190840000',
      acknowledgementType: i % 2 === 0 ? 'Delivered' : 'Read',
      acknowledgedConversationEntryIdentifier: `e${i}`,
    }));
    const { status, json } = await post(world, acknowledgement('', { acknowledgements: all }));
    expect([status, json]).toEqual([200, { success: true }]);
    expect(world.events).toHaveLength(25);
    expect(world.events[1]).toEqual({ kind: 'receipt', messageId: 'e1', to: USER, status: 'read' });
    const more = acknowledgement('', { acknowledgements: [...all, one] });
    expect((await post(world, more)).json.code).toBe(10089);
  });

  const sender = { appType: 'custom', subject: USER, role: 'EndUser' };
  it.each([
    ['none', acknowledgement('e', { acknowledgements: [] }), 10089],
    ['one of nothing', acknowledgement(''), 10089],
    ['an agent’s', acknowledgement('e', { sender: { ...sender, role: 'Agent' } }), 10038],
    ['another app’s', acknowledgement('e', { sender: { ...sender, appType: 'agent' } }), 10037],
    ['nobody’s', acknowledgement('e', { sender: { ...sender, subject: '' } }), 10020],
    ['another’s conversation', acknowledgement('e', { conversationIdentifier: ENTRY }), 10018],
    ['no body', '', 10100],
  ])('refuses %s', async (_, body, code) => {
    const world = createWorld();
    expect((await post(world, body)).json.code).toBe(code);
    expect(world.calls).toEqual([]);
  });
});

describe('POST /messagingSession', () => {
  const body = (set: object = {}) => ({
    channelAddressIdentifier: ADDRESS,
    endUserClientId: USER,
    conversationIdentifier: CONVERSATION,
    operation: 'End',
    operationBy: 'EndUser',
    ...set,
  });
  const post = (world: ReturnType<typeof createWorld>, set: object = {}) =>
    world.call('POST', '/api/v1/messagingSession', body(set));

  it('ends a session once; the next message begins another', async () => {
    const world = createWorld();
    const first = await world.interact(entryInteraction(messageEntry()));
    expect((await post(world)).json).toEqual({ success: true });
    expect(world.events.at(-1)).toEqual({ kind: 'ended', from: USER });
    const again = await post(world);
    expect([again.status, again.json]).toEqual([
      200,
      { success: false, errorReason: 'SESSION_NOT_FOUND' },
    ]);
    const next = await world.interact(entryInteraction(messageEntry()));
    expect(next.json.workItemIds).not.toEqual(first.json.workItemIds);
  });

  it('inactivates by session id, without telling the stack', async () => {
    const world = createWorld();
    const { json } = await world.interact(entryInteraction(messageEntry()));
    const [sessionId] = json.workItemIds;
    expect((await post(world, { operation: 'Inactivate', sessionId })).json).toEqual({
      success: true,
    });
    expect((await post(world, { operation: 'Inactivate' })).json.code).toBe(10106);
    expect((await post(world, { operation: 'Inactivate', sessionId: '0Mw' })).json.code).toBe(
      10072,
    );
    expect(world.calls).toHaveLength(1);
  });

  it.each([
    ['no such channel', { channelAddressIdentifier: ENTRY }, 10017],
    ['nobody', { endUserClientId: '' }, 10020],
    ['no such conversation', { conversationIdentifier: ENTRY }, 10018],
    ['no such operation', { operation: 'Stop' }, 10102],
    ['by no such one', { operationBy: 'Agent' }, 10103],
  ])('refuses %s', async (_, set, code) => {
    expect((await post(createWorld(), set)).json.code).toBe(code);
  });
});
