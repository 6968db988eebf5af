/** The stack as a whole: customers on one side, reps on the other, nothing between replaced. */
import { describe, expect, it } from 'vitest';
import { CHANNEL, createStackLab, ORIGIN, QUIET } from './stack-lab.ts';

describe('a conversation', () => {
  it('goes from the first message to the closed tab', async () => {
    const lab = createStackLab();
    const { clock } = lab;
    const ann = lab.seat('ann');
    const ada = lab.customer('ada');
    await lab.inside(async () => {
      await clock.sleep(1000);
      expect(await ada.say('hi')).toMatchObject({ ok: true });
      await clock.sleep(4000);
      expect(ada.heard).toEqual(['Hello']);
      const [offer] = ann.offers;
      expect(offer).toMatchObject({ endUser: 'chat:ada', ordinal: 1, attempt: 1 });
      const { id } = offer!;
      expect(await ann.accept(id)).toBe(true);
      await clock.sleep(20_000);
      expect(await ann.say(id, 'How can I help?')).toMatchObject({ ok: true });
      await clock.sleep(5000);
      await ada.say('My shoes');
      await clock.sleep(7000);
      await ada.say('are red');
      await clock.sleep(3000);
      await ann.say(id, 'They should be');
      await ann.say(id, 'Anything else?');
      await clock.sleep(60_000);
      await ann.end(id);
      await clock.sleep(30_000);
      ann.close(id);
      expect(ann.events).toEqual([`message ${id}: My shoes`, `message ${id}: are red`]);
    });
    expect(ada.heard).toEqual([
      ...['Hello', 'A rep is here', 'How can I help?'],
      ...['They should be', 'Anything else?', 'The rep has left'],
    ]);
    const byRep = lab.of('replied').filter(({ by }) => by === 'rep');
    const of = { rep: 'ann', queue: 'support', session: 'S1' };
    expect(byRep).toMatchObject([
      { ...of, at: 25_000, first: true, sinceCustomerMs: 24_000, sinceRequestMs: 24_000 },
      { ...of, at: 40_000, first: false, sinceCustomerMs: 10_000 },
      { ...of, at: 40_000, first: false },
    ]);
    expect(byRep.map((fact) => 'sinceRequestMs' in fact)).toEqual([true, false, false]);
    expect(byRep.map((fact) => 'sinceCustomerMs' in fact)).toEqual([true, true, false]);
    expect(lab.of('sessionEnded')).toMatchObject([{ at: 100_000, by: 'Agent', accepted: true }]);
    expect(lab.of('closed')).toMatchObject([{ at: 130_000, handleMs: 125_000 }]);
    expect(await lab.store.load('chat:ada', ORIGIN)).toMatchObject({
      session: { status: 'Ended' },
    });
    const entries = await lab.store.entries('chat:ada', 'S1');
    expect(entries.map(({ actor }) => actor).join(' ')).toBe(
      'EndUser System System Agent EndUser EndUser Agent Agent System',
    );
  });

  it('whose customer leaves while waiting never rings', async () => {
    const lab = createStackLab();
    const ada = lab.customer('ada');
    await lab.inside(async () => {
      await ada.say('hi');
      await lab.clock.sleep(9000);
      await ada.leave();
      const ann = lab.seat('ann');
      expect(ann.offers).toEqual([]);
    });
    expect(lab.of('withdrawn')).toMatchObject([{ by: 'EndUser', sinceRequestMs: 9000 }]);
    expect(lab.of('sessionEnded')).toMatchObject([{ by: 'EndUser', accepted: false }]);
  });

  it('whose customer leaves while it rings stops ringing, and the rep gets the next', async () => {
    const lab = createStackLab();
    const ann = lab.seat('ann');
    const [ada, ben] = [lab.customer('ada'), lab.customer('ben')];
    await lab.inside(async () => {
      await ada.say('hi');
      await ben.say('hi');
      const { id } = ann.offers[0]!;
      await ada.leave();
      expect(ann.events).toEqual([`withdrawn ${id}`]);
      expect(await ann.accept(id)).toBe(false);
      expect(ann.decline(id)).toBe(false);
      expect(ann.offers.map(({ endUser }) => endUser)).toEqual(['chat:ada', 'chat:ben']);
    });
  });

  it('that is over still holds the rep until the tab is closed', async () => {
    const lab = createStackLab();
    const ann = lab.seat('ann');
    const [ada, ben] = [lab.customer('ada'), lab.customer('ben')];
    await lab.inside(async () => {
      await ada.say('hi');
      await ann.accept(ann.offers[0]!.id);
      await ben.say('hi');
      await ada.say('bye');
      expect(ann.events).toEqual(['ended A1 by EndUser']);
      await lab.clock.sleep(600_000);
      expect(ann.offers).toHaveLength(1);
      ann.close('A1');
      expect(ann.offers).toHaveLength(2);
    });
  });

  it('begins anew when the customer writes after the end, counted', async () => {
    const lab = createStackLab();
    const ann = lab.seat('ann');
    const bob = lab.seat('bob');
    const ada = lab.customer('ada');
    await lab.inside(async () => {
      await ada.say('hi');
      await ann.accept('A1');
      await ada.leave();
      await ada.say('one more thing');
      expect(ann.events).toEqual(['ended A1 by EndUser']);
      expect(bob.offers).toMatchObject([{ endUser: 'chat:ada', ordinal: 2, sessionId: 'S2' }]);
    });
  });

  it('is counted in the customer’s own session, never in the next one', async () => {
    const lab = createStackLab();
    const ann = lab.seat('ann');
    const ada = lab.customer('ada');
    await lab.inside(async () => {
      await ada.say('hi');
      await ann.accept('A1');
      await ada.leave();
      await ada.say('one more thing');
      const late = await ann.say('A1', 'an answer to the first').catch(() => undefined);
      if (late?.ok === true) expect(lab.of('replied').at(-1)?.session).toBe('S1');
      const thread = await lab.clock.hold(lab.store.load('chat:ada', ORIGIN));
      expect(thread?.session).toMatchObject({ id: 'S2', repliedOnce: false });
    });
  });
});

describe('at the desk a rep', () => {
  const unknown = expect.objectContaining({ code: 'unknownWork' });

  it('can do nothing with work of another, or with none', async () => {
    const lab = createStackLab();
    const [ann, bob] = [lab.seat('ann'), lab.seat('bob')];
    await lab.inside(async () => {
      await lab.customer('ada').say('hi');
      await ann.accept('A1');
      for (const id of ['A1', 'A9']) {
        await expect(async () => bob.say(id, 'hello')).rejects.toEqual(unknown);
        await expect(async () => bob.end(id)).rejects.toEqual(unknown);
        expect(() => bob.close(id)).toThrow(unknown);
        expect(await bob.accept(id)).toBe(false);
        expect(bob.decline(id)).toBe(false);
      }
      expect(await ann.say('A1', 'mine')).toMatchObject({ ok: true });
      ann.close('A1');
      await expect(async () => ann.say('A1', 'hello?')).rejects.toEqual(unknown);
      expect(() => ann.close('A1')).toThrow(unknown);
    });
  });

  it('has to accept before writing, ending or closing', async () => {
    const lab = createStackLab({ channels: { chat: QUIET } });
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      await lab.customer('ada').say('hi');
      await expect(async () => ann.say('A1', 'hello')).rejects.toEqual(unknown);
      await expect(async () => ann.end('A1')).rejects.toEqual(unknown);
      expect(() => ann.close('A1')).toThrow(unknown);
      expect(lab.sent).toEqual([]);
      expect(await ann.accept('A1')).toBe(true);
    });
  });

  it('who declines passes the customer on; age and attempts are kept', async () => {
    const lab = createStackLab();
    const [ann, bob] = [lab.seat('ann'), lab.seat('bob')];
    await lab.inside(async () => {
      await lab.customer('ada').say('hi');
      await lab.clock.sleep(2000);
      expect(ann.decline('A1', 'lunch')).toBe(true);
      expect(bob.offers).toMatchObject([{ id: 'A2', attempt: 2, sessionId: 'S1' }]);
      await bob.accept('A2');
    });
    expect(lab.of('declined')).toMatchObject([{ rep: 'ann', reason: 'lunch' }]);
    expect(lab.of('accepted')).toMatchObject([{ rep: 'bob', sinceRequestMs: 2000 }]);
  });

  it('who does not answer in time hears that it stopped ringing', async () => {
    const lab = createStackLab({ routing: { pushTimeoutMs: 10_000 } });
    const [ann, bob] = [lab.seat('ann'), lab.seat('bob')];
    await lab.inside(async () => {
      await lab.customer('ada').say('hi');
      await lab.clock.sleep(10_000);
      expect(ann.events).toEqual(['withdrawn A1']);
      expect(await ann.accept('A1')).toBe(false);
      expect(await bob.accept('A2')).toBe(true);
    });
  });

  it('can’t have a status nobody set up', () => {
    const ann = createStackLab().seat('ann');
    const unknownStatus = expect.objectContaining({ code: 'unknownStatus' });
    expect(() => ann.setStatus('Lunch')).toThrow(unknownStatus);
  });
});

describe('an org', () => {
  it('routes nothing in a queue without a routing configuration', async () => {
    const lab = createStackLab({ channels: { chat: { ...CHANNEL, queue: 'silent' } } });
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      await lab.customer('ada').say('hi');
      await lab.clock.sleep(86_400_000);
      expect(ann.offers).toEqual([]);
    });
    expect(lab.of('queued')).toHaveLength(1);
    expect(lab.of('pushed')).toEqual([]);
  });

  it('spreads a pool of reps', async () => {
    const lab = createStackLab({
      reps: { team: { count: 3, queues: ['support'], presenceConfig: 'normal' } },
    });
    const seats = ['team-1', 'team-2', 'team-3'].map((id) => lab.seat(id));
    await lab.inside(async () => {
      for (const name of ['ada', 'ben', 'cyd', 'dan']) await lab.customer(name).say('hi');
    });
    expect(seats.map(({ offers }) => offers.length)).toEqual([1, 1, 1]);
  });
});
