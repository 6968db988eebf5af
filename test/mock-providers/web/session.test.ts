/** The life of a session at the edge, as the stack tells it or the customer ends it. */
import { describe, expect, it } from 'vitest';
import { createClient, createPhone, createWorld, type Loose, uuid } from './world.ts';

const HI = { kind: 'text', text: 'hi' } as const;
const EVENTS = '/eventrouter/v1/events';

/** The stack's session, as announcements tell of it. */
const SESSION = { sessionId: 'S1', startedMs: 0 };

async function createTalk(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  const client = await createClient(world);
  await client.listen();
  await client.create();
  const { subject } = client;
  /** `sessionStatus`, `add Agent`, or who a message is from: of each frame. */
  const told = () =>
    client.heard().flatMap(({ json, payload }) => {
      if (payload === 0) return [];
      const { sessionStatus, sessionStatusPrev, sessionEndedByRole: by, entries } = payload;
      if (sessionStatus) return [[sessionStatusPrev, sessionStatus, by].filter(Boolean).join(' ')];
      if (entries) return [`${entries[0].operation} ${entries[0].displayName}`];
      return [`${payload.entryType} ${json.conversationEntry.sender.role}`];
    });
  const status = async () => (await client.get('')).json.routingStatus;
  return { world, client, subject, told, status };
}

describe('a session that a rep opens', () => {
  it('is active, with the rep in it, before anything is said', async () => {
    const { world, client, subject, told, status } = await createTalk();
    await world.run(async () => {
      await client.say('hi', uuid(1));
      expect(await world.announce(subject, 'joined')).toMatchObject({ ok: true });
      await world.clock.sleep(1);
      expect(await status()).toBe('ROUTED');
      await world.deliver(subject, HI);
    });
    expect(told()).toEqual([
      'RoutingResult System',
      'Message EndUser',
      'Waiting Active',
      'add Support',
      'Message Agent',
    ]);
    const [routing, , active, add] = client.heard();
    const at = world.clock.originMs;
    expect(active?.payload).toEqual({
      entryType: 'SessionStatusChanged',
      id: active?.json.conversationEntry.identifier,
      sessionId: routing?.payload.recordId,
      sessionStatus: 'Active',
      sessionStatusPrev: 'Waiting',
      sessionStartTime: at,
      channelAddressIdentifier: world.channel.address,
      conversationIdentifier: uuid(1),
    });
    expect(active?.json.conversationEntry).toMatchObject({
      senderDisplayName: 'Automated Process',
      sender: { appType: 'conversation', role: 'System', subject: 'conversation' },
      transcriptedTimestamp: at + 100,
    });
    expect(add?.payload.entries[0].participant.role).toBe('Agent');
    const { json } = await client.get('/entries?direction=FromStart');
    expect(json.conversationEntries.map(({ entryType }: Loose) => entryType)).toEqual([
      'RoutingResult',
      'Message',
      'SessionStatusChanged',
      'ParticipantChanged',
      'Message',
    ]);
  });

  it('is told once, though another rep takes it over', async () => {
    const { world, subject, told } = await createTalk();
    await world.run(async () => {
      await world.announce(subject, 'joined');
      await world.announce(subject, 'joined');
    });
    expect(told()).toEqual(['RoutingResult System', 'Waiting Active', 'add Support']);
  });

  it('is guessed from a rep’s first message, where the stack does not tell', async () => {
    const { world, subject, told } = await createTalk();
    await world.run(async () => {
      await world.deliver(subject, HI);
      await world.clock.sleep(2000);
      await world.announce(subject, 'joined');
    });
    const inferred = ['Waiting Active', 'add Support', 'Message Agent'];
    expect(told()).toEqual(['RoutingResult System', ...inferred]);
  });

  it('is not guessed from what the stack says by itself', async () => {
    const { world, client, subject, told, status } = await createTalk();
    await world.run(() => world.respond(subject, HI));
    expect(told()).toEqual(['RoutingResult System', 'Message System']);
    expect(client.heard()[1]?.payload.messageReason).toBe('AutomatedResponse');
    expect(await status()).toBe('INITIAL');
  });
});

describe('a session that ends', () => {
  it.each(['Agent', 'EndUser', 'System'] as const)('by %s: 417 until another', async (by) => {
    const { world, client, subject, told, status } = await createTalk();
    await world.run(async () => {
      await world.announce(subject, 'joined');
      await world.clock.sleep(5000);
      await world.announce(subject, 'ended', by);
      await world.clock.sleep(1);
      expect(await status()).toBe('NEEDS_ROUTING');
      const refused = await client.say('more', uuid(2));
      expect([refused.status, refused.json.code]).toEqual([417, 417]);
      expect(world.events).toEqual([]);
      const again = await client.say('more', uuid(2), { isNewMessagingSession: true });
      expect(again.status).toBe(202);
    });
    expect(told().slice(3)).toEqual([
      'remove Support',
      `Active Ended ${by}`,
      'RoutingResult System',
      'Message EndUser',
    ]);
    const frames = client.heard();
    expect(frames[4]?.payload).toMatchObject({ sessionEndTime: world.clock.originMs + 5000 });
    expect(frames[5]?.payload.recordId).not.toBe(frames[0]?.payload.recordId);
  });

  it('while it waits has no rep who leaves', async () => {
    const { world, subject, told } = await createTalk();
    await world.run(() => world.announce(subject, 'ended', 'System'));
    expect(told()).toEqual(['RoutingResult System', 'Waiting Ended System']);
  });

  it('by DELETE ends once, whether the stack tells before or after the answer', async () => {
    for (const tellAfterMs of [0, 500]) {
      const talk = await createTalk({
        stack: ({ method }) => {
          if (method !== 'DELETE') return undefined;
          talk.world.clock.spawn('stack', async () => {
            if (tellAfterMs > 0) await talk.world.clock.sleep(tellAfterMs);
            await talk.world.announce(talk.subject, 'ended', 'EndUser');
          });
          return undefined;
        },
      });
      const { world, client, told } = talk;
      await world.run(async () => {
        await client.say('hi', uuid(1));
        await world.announce(talk.subject, 'joined');
        expect((await client.end('/session')).status).toBe(204);
      });
      expect(told().slice(4)).toEqual(['remove Support', 'Active Ended EndUser']);
    }
  });

  it('is not ended again by word of the one before', async () => {
    const { world, client, subject, told, status } = await createTalk();
    await world.run(async () => {
      await client.say('hi', uuid(1));
      const late = [
        { to: subject, key: 'late/1', atMs: world.clock.originMs + 150, kind: 'joined' },
        { to: subject, key: 'late/2', atMs: world.clock.originMs + 150, kind: 'ended' },
      ] as const;
      await world.clock.sleep(100);
      await client.end('/session');
      await client.say('again', uuid(2), { isNewMessagingSession: true });
      for (const word of late) {
        const step = world.adapter.announce!({ ...word, ...SESSION }).next();
        if (step.done !== true) expect((await world.provider.handle(step.value)).status).toBe(202);
      }
      await world.clock.sleep(1);
      expect(await status()).toBe('INITIAL');
      expect((await client.say('more', uuid(3))).status).toBe(202);
    });
    expect(told().filter((what) => /Active|Ended|add/.test(what))).toEqual([
      'Waiting Ended EndUser',
    ]);
  });

  it('ends after the goodbye, and a message meanwhile comes after the end', async () => {
    const { world, client, subject, told } = await createTalk();
    await world.run(async () => {
      await world.announce(subject, 'joined');
      await world.respond(subject, HI);
      await world.announce(subject, 'ended', 'Agent');
      const meanwhile = await client.say('wait!', uuid(2));
      expect([meanwhile.status, world.clock.now()]).toEqual([417, 1000]);
    });
    expect(told().slice(3)).toEqual(['Message System', 'remove Support', 'Active Ended Agent']);
  });

  it('on a message’s way is followed by another, which the message begins', async () => {
    const { world, client, subject, told } = await createTalk();
    await world.run(async () => {
      world.clock.after(50, () =>
        world.clock.spawn('end', () => world.announce(subject, 'ended', 'Agent')),
      );
      expect((await client.say('hi', uuid(1))).status).toBe(202);
    });
    expect(told()).toEqual([
      'RoutingResult System',
      'Waiting Ended Agent',
      'RoutingResult System',
      'Message EndUser',
    ]);
  });
});

describe('a simulated customer', () => {
  it('begins another session by the same message when the rep has ended the last', async () => {
    const world = createWorld();
    const { address, phone } = createPhone(world);
    await world.run(async () => {
      await phone.send(HI);
      await world.announce(address, 'joined');
      await world.clock.sleep(1000);
      await world.announce(address, 'ended', 'Agent');
      await world.clock.sleep(1000);
      const report = await phone.send({ kind: 'text', text: 'one more thing' });
      const [first, last] = world.events;
      expect(world.events).toHaveLength(2);
      expect(report).toEqual({ ok: true, messageId: last?.kind === 'message' && last.messageId });
      expect(first).not.toEqual(last);
    });
    const bodies = world.calls.map(({ body }) => JSON.parse(body.toString()));
    expect(bodies.map(({ isNewMessagingSession }) => isNewMessagingSession)).toEqual([false, true]);
  });

  it('sees what the stack says by itself, and acknowledges it', async () => {
    const world = createWorld();
    const { address, phone, shown } = createPhone(world);
    await world.run(async () => {
      await phone.send(HI);
      await world.respond(address, { kind: 'text', text: 'Thanks for writing.' });
    });
    expect(shown).toHaveLength(1);
    expect(world.events.slice(1)).toMatchObject([{ status: 'delivered' }, { status: 'read' }]);
  });
});

describe('what is handed in of a session', () => {
  /** The status of the answer to an announcement that is changed. */
  async function refusal(n: 0 | 1, change: (payload: Loose, entry: Loose) => void, by?: 'Agent') {
    const { world, subject } = await createTalk();
    const about = { to: subject, key: 'k', atMs: world.clock.originMs, ...SESSION };
    const kind = by === undefined ? 'joined' : 'ended';
    const step = world.adapter.announce!({ ...about, kind, ...(by && { by }) }).next();
    if (step.done === true) throw new Error('no request');
    const body = JSON.parse(step.value.body.toString());
    const entry = body.events[n].data.conversationEntry;
    const payload = JSON.parse(entry.entryPayload);
    change(payload, entry);
    entry.entryPayload = JSON.stringify(payload);
    return (await world.call('POST', EVENTS, body, { ...step.value.headers })).status;
  }

  it('is taken as the adapter makes it', async () => {
    expect(await refusal(0, () => {})).toBe(202);
    expect(await refusal(0, () => {}, 'Agent')).toBe(202);
  });

  it('is refused when the edge could make nothing of it', async () => {
    expect(await refusal(0, (payload) => (payload.sessionStatus = 'Waiting'))).toBe(400);
    expect(await refusal(0, (_, entry) => delete entry.clientTimestamp)).toBe(400);
    expect(await refusal(1, (payload) => (payload.entries = []))).toBe(400);
    expect(await refusal(1, ({ entries }) => (entries[0].operation = 'remove'))).toBe(400);
    expect(await refusal(1, ({ entries }) => (entries[0].displayName = ''))).toBe(400);
    expect(await refusal(1, ({ entries }) => delete entries[0].participant.role)).toBe(400);
    const nobody = (payload: Loose) => delete payload.sessionEndedByRole;
    expect(await refusal(0, nobody, 'Agent')).toBe(400);
  });

  it('joins whom it names, and the same leaves', async () => {
    const { world, client, subject } = await createTalk();
    const about = { to: subject, key: 'k', atMs: world.clock.originMs, ...SESSION };
    const step = world.adapter.announce!({ ...about, kind: 'joined' }).next();
    if (step.done === true) throw new Error('no request');
    const body = step.value.body.toString().replaceAll('Support', 'Ada');
    await world.run(async () => {
      await world.provider.handle({ ...step.value, body: Buffer.from(body) });
      await world.clock.sleep(1);
      await world.announce(subject, 'ended', 'Agent');
    });
    const entries = client.heard().flatMap(({ payload }) => payload.entries ?? []);
    expect(entries).toMatchObject([
      { operation: 'add', displayName: 'Ada' },
      { operation: 'remove', displayName: 'Ada' },
    ]);
  });
});
