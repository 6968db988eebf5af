/** A stack that goes on from what an earlier life of it has left in the store. */
import { describe, expect, it } from 'vitest';
import type { SessionStore } from '../src/ports.ts';
import { createMemoryStore } from '../src/stores/memory/store.ts';
import { CHANNEL, createStackLab, ORIGIN, QUIET, type StackLabOptions } from './stack-lab.ts';

let life = 0;
/** Another life of the stack on this store, a minute later than the one before. */
function begin(store: SessionStore, options: StackLabOptions = {}) {
  life += 1;
  const sharing = { idPrefix: `${life}-`, isAlone: true, ...options.sharing };
  const usual = { store, laterMs: life * 60_000, channels: { chat: QUIET } };
  return createStackLab({ ...usual, ...options, sharing });
}

describe('what waits', () => {
  it('is routed in the next life, in the order it came, and keeps its age', async () => {
    const store = createMemoryStore();
    const before = begin(store);
    await before.inside(async () => {
      for (const name of ['ada', 'eve', 'bob']) {
        await before.customer(name).say('hello');
        await before.clock.sleep(1000);
      }
    });
    const after = begin(store, { presence: { capacity: 3 } });
    await after.inside(async () => {
      await after.stack.recovery.begin();
      const ann = after.seat('ann');
      expect(ann.offers.map(({ endUser }) => endUser)).toEqual([
        'chat:ada',
        'chat:eve',
        'chat:bob',
      ]);
      await ann.accept(ann.offers[0]!.id);
    });
    expect(after.of('accepted')[0]?.sinceRequestMs).toBe(60_000);
  });

  it('is routed by what was said, and its flow does not say it all again', async () => {
    const store = createMemoryStore();
    const flow = {
      steps: [
        { do: 'send' as const, text: 'One moment' },
        { do: 'routeWork' as const, queue: 'silent' },
      ],
    };
    const options = {
      channels: { chat: { ...QUIET, flow: 'greet' } },
      org: { flows: { greet: flow as never } },
    };
    const before = begin(store, options);
    await before.inside(async () => void (await before.customer('ada').say('hello')));
    const said = before.sent.length;
    const after = begin(store, options);
    await after.inside(() => after.stack.recovery.begin());
    expect(after.of('queued').map(({ queue }) => queue)).toEqual(
      before.of('queued').map(({ queue }) => queue),
    );
    expect([said, after.sent.length]).toEqual([before.sent.length, 0]);
  });

  it('was passed on: it waits where it was passed on to', async () => {
    const store = createMemoryStore();
    const before = begin(store);
    await before.inside(async () => {
      const ann = before.seat('ann');
      await before.customer('ada').say('hello');
      await ann.accept(ann.offers[0]!.id);
      await ann.transfer(ann.offers[0]!.id, { queue: 'silent' });
    });
    const after = begin(store);
    await after.inside(() => after.stack.recovery.begin());
    expect(after.of('queued')).toMatchObject([{ queue: 'silent', transferredBy: 'ann' }]);
  });
});

describe('what a rep had open', () => {
  const opened = async (store: SessionStore) => {
    const before = begin(store);
    await before.inside(async () => {
      const ann = before.seat('ann');
      await before.customer('ada').say('hello');
      await ann.accept(ann.offers[0]!.id);
      await ann.say(ann.offers[0]!.id, 'How can I help?');
    });
  };

  it('is theirs again, and takes their capacity', async () => {
    const store = createMemoryStore();
    await opened(store);
    const after = begin(store);
    await after.inside(async () => {
      await after.stack.recovery.begin();
      const ann = after.seat('ann');
      ann.reconnect();
      await after.customer('eve').say('hello');
      expect(ann.offers).toEqual([]);
      const [work] = ann.works();
      expect(work).toMatchObject({ endUser: 'chat:ada', opened: true, finished: false });
      const { id } = work!;
      await after.customer('ada').say('it is about my bill');
      expect(ann.events).toEqual([`message ${id}: it is about my bill`]);
      expect(await ann.entries(id)).toHaveLength(3);
      await ann.say(id, 'I see');
      await ann.end(id);
      ann.close(id);
      expect(ann.offers).toMatchObject([{ endUser: 'chat:eve' }]);
    });
  });

  it('goes inactive when they do not come back, and frees them', async () => {
    const store = createMemoryStore();
    await opened(store);
    const after = begin(store);
    await after.inside(async () => {
      await after.stack.recovery.begin();
      await after.clock.sleep(10 * 60_000);
      expect((await store.load('chat:ada', 0))?.session?.status).toBe('Inactive');
      const ann = after.seat('ann');
      expect(ann.works()).toEqual([]);
      // Platforms number on; these here begin anew.
      await after.customer('eve').say('hello');
      await ann.accept(ann.offers[0]!.id);
      await after.customer('ada').say('anybody?');
      await ann.end(ann.offers[0]!.id);
      ann.close(ann.offers[0]!.id);
      expect(ann.offers[1]).toMatchObject({ endUser: 'chat:ada' });
    });
  });

  it('is found by a rep who is there, and who does not count as gone for it', async () => {
    const store = createMemoryStore();
    const after = begin(store, { presence: { capacity: 3 } });
    const ann = after.seat('ann');
    ann.reconnect();
    await opened(store);
    await after.inside(async () => {
      await after.stack.recovery.sweep();
      expect(ann.works()).toMatchObject([{ endUser: 'chat:ada', opened: true }]);
      await after.clock.sleep(10 * 60_000);
      expect((await store.load('chat:ada', 0))?.session).toMatchObject({
        status: 'Active',
        rep: 'ann',
      });
    });
  });

  it('belongs to whom the store says, whatever this process thought', async () => {
    const store = createMemoryStore();
    const after = begin(store);
    await after.inside(async () => {
      const ann = after.seat('ann');
      await after.customer('eve').say('hello');
      await ann.accept(ann.offers[0]!.id);
      await store.update('chat:eve', 0, (thread) => ({
        thread: { ...thread!, session: { ...thread!.session!, rep: 'bob' } },
        ...{ entries: [], claims: [], claimsUntilMs: 0 },
      }));
      const bob = after.seat('bob');
      bob.reconnect();
      await after.stack.recovery.look('chat:eve');
      expect(ann.works()).toEqual([]);
      expect(bob.works()).toMatchObject([{ endUser: 'chat:eve', opened: true }]);
      expect(ann.events.at(-1)).toMatch(/closed .* by transfer/);
    });
  });

  it('is told once more what they have not answered, when the webhook is repeated', async () => {
    const store = createMemoryStore();
    await opened(store);
    const after = begin(store);
    await after.inside(async () => {
      await after.stack.recovery.begin();
      const ann = after.seat('ann');
      const heard = {
        kind: 'message',
        messageId: 'twice',
        from: 'ada',
        content: { kind: 'text', text: 'still there?' },
      } as const;
      await after.stack.inbound('chat', heard);
      await after.stack.inbound('chat', heard);
      await after.clock.sleep(100);
      expect(ann.events).toHaveLength(2);
      expect(new Set(ann.events).size).toBe(1);
    });
  });
});

describe('what was being sent', () => {
  it('is kept as uncertain when its process ended before it knew', async () => {
    const store = createMemoryStore();
    const options = { send: () => Promise.reject(new Error('the process was killed')) };
    const before = begin(store, options);
    await before
      .inside(async () => {
        const ann = before.seat('ann');
        await before.customer('ada').say('hello');
        await ann.accept(ann.offers[0]!.id);
        await ann.say(ann.offers[0]!.id, 'Am I there?');
      })
      .catch(() => {});
    expect((await store.load('chat:ada', 0))?.sends).toHaveLength(1);
    const after = begin(store);
    await after.inside(() => after.stack.recovery.begin());
    expect((await store.load('chat:ada', 0))?.sends).toEqual([]);
    expect(await store.history('chat:ada')).toMatchObject([
      {},
      { uncertain: true, actor: 'Agent', content: { text: 'Am I there?' } },
    ]);
    expect(after.of('sendUncertain')).toHaveLength(1);
  });

  it('is left alone while another process may be sending it', async () => {
    const store = createMemoryStore();
    const sending = begin(store, {
      send: () => new Promise(() => {}),
      channels: { chat: CHANNEL },
    });
    const say = async () => void (await sending.customer('ada').say('hello'));
    await sending.inside(say).catch(() => {});
    const sharing = { idPrefix: 'other-', isAlone: false };
    const laterMs = sending.clock.originMs - ORIGIN + 1000;
    const other = begin(store, { sharing, laterMs });
    await other.inside(async () => {
      await other.stack.recovery.begin();
      expect((await store.load('chat:ada', 0))?.sends).toHaveLength(1);
      await other.clock.sleep(31_000);
      await other.stack.recovery.sweep();
      expect((await store.load('chat:ada', 0))?.sends).toEqual([]);
    });
  });
});

describe('two processes on one store', () => {
  it('one takes webhooks in, the other routes', async () => {
    const store = createMemoryStore();
    const toDo: string[] = [];
    const sharing = { idPrefix: 'f-', isAlone: false, onToDo: (key: string) => toDo.push(key) };
    const follower = begin(store, { sharing, laterMs: 0 });
    const leader = begin(store, { sharing: { idPrefix: 'l-', isAlone: false }, laterMs: 0 });
    const say = (messageId: string, text: string) =>
      follower.inside(() =>
        follower.stack.inbound('chat', {
          kind: 'message',
          messageId,
          from: 'ada',
          content: { kind: 'text', text },
        }),
      );
    const ann = leader.seat('ann');
    const told = () => leader.inside(() => leader.stack.recovery.look('chat:ada'));
    await say('m1', 'hello');
    expect(toDo).toEqual(['chat:ada']);
    await told();
    await told();
    expect(ann.offers).toHaveLength(1);
    await leader.inside(async () => void (await ann.accept(ann.offers[0]!.id)));
    await say('m2', 'are you there?');
    await told();
    expect(ann.events.at(-1)).toMatch('are you there?');
    await say('m3', 'bye');
    await told();
    expect(ann.events.at(-1)).toMatch(/ended .* by EndUser/);
    expect(toDo).toHaveLength(3);
    // What nobody was told of is found all the same.
    ann.close(ann.offers[0]!.id);
    await say('m4', 'hello again');
    await leader.inside(() => leader.stack.recovery.sweep());
    expect(ann.offers).toHaveLength(2);
    await leader.inside(() => leader.stack.recovery.sweep());
    expect(leader.of('pushed')).toHaveLength(2);
  });
});
