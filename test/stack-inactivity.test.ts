/** Sessions that go quiet, and sessions the business begins, through the whole stack. */
import { describe, expect, it } from 'vitest';
import { runPlan } from '../sim/run.ts';
import { loadPlan } from '../sim/scenario.ts';
import type { Inactivity } from '../src/org.ts';
import { CHANNEL, createStackLab, QUIET, type StackLabOptions } from './stack-lab.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const IDLE: Inactivity = { idleMs: 5 * MINUTE, action: 'Inactivate', repMessageResets: false };
const text = (words: string) => ({ kind: 'text', text: words }) as const;

describe('a customer who does not answer', () => {
  const lab = (inactivity: Partial<Inactivity> = {}, options: StackLabOptions = {}) =>
    createStackLab({
      channels: {
        chat: {
          ...QUIET,
          inactivity: { ...IDLE, ...inactivity },
          autoResponses: { endUserInactive: 'Are you there?', endUserIdle: 'Goodbye then' },
        },
      },
      ...options,
    });

  it('lets the rep go, who gets other work; coming back they are served by anyone', async () => {
    const stack = lab();
    const ann = stack.seat('ann');
    await stack.inside(async () => {
      const ada = stack.customer('ada');
      await ada.say('hi');
      const { id } = ann.offers[0]!;
      await ann.accept(id);
      await ann.say(id, 'How can I help?');
      await stack.clock.sleep(5 * MINUTE - 1);
      expect(ann.events).toEqual([]);
      await stack.clock.sleep(1);
      await stack.clock.sleep(0);
      expect(ada.heard.at(-1)).toBe('Are you there?');
      expect(ann.events).toEqual([`closed ${id} by inactivity`]);
      await stack.customer('eve').say('hello');
      expect(ann.offers).toHaveLength(2);
      const bob = stack.seat('bob');
      await ada.say('sorry, yes');
      expect(bob.offers).toMatchObject([{ sessionId: 'S1' }]);
    });
  });

  it('has the session ended, where the channel says so', async () => {
    const stack = lab({ action: 'End' });
    const ann = stack.seat('ann');
    await stack.inside(async () => {
      const ada = stack.customer('ada');
      await ada.say('hi');
      const { id } = ann.offers[0]!;
      await ann.accept(id);
      await ann.say(id, 'How can I help?');
      await stack.clock.sleep(6 * MINUTE);
      expect(ada.heard.at(-1)).toBe('Goodbye then');
      expect(ann.events).toEqual([`ended ${id} by System`]);
    });
    expect(stack.of('sessionEnded')).toMatchObject([{ by: 'System', accepted: true }]);
  });

  it('has an inactive session ended after a day, though nobody waits for it', async () => {
    const stack = lab({ endsAfterMs: 24 * HOUR });
    const ann = stack.seat('ann');
    await stack.inside(async () => {
      await stack.customer('ada').say('hi');
      const { id } = ann.offers[0]!;
      await ann.accept(id);
      await ann.say(id, 'How can I help?');
      await stack.clock.sleep(24 * HOUR + 6 * MINUTE);
    });
    expect(stack.of('sessionEnded')).toMatchObject([{ at: 24 * HOUR + 5 * MINUTE, by: 'System' }]);
    const short = lab();
    const bob = short.seat('bob');
    await short.inside(async () => {
      await short.customer('ada').say('hi');
      await bob.accept(bob.offers[0]!.id);
      await bob.say(bob.offers[0]!.id, 'How can I help?');
    });
    expect(short.clock.now()).toBeLessThan(MINUTE);
  });
});

describe('the business writes first', () => {
  it('and the answer goes to the rep who wrote, or else to the queue', async () => {
    const stack = createStackLab({ channels: { chat: QUIET } });
    const [ann, bob] = [stack.seat('ann'), stack.seat('bob')];
    await stack.inside(async () => {
      const [ada, eve] = [stack.customer('ada'), stack.customer('eve')];
      const write = (to: string, rep: string) =>
        stack.stack.outreach.write('chat', to, text('Your parcel is here'), { rep });
      expect(await write('ada', 'bob')).toMatchObject({ ok: true });
      expect(ada.heard).toEqual(['Your parcel is here']);
      expect([...ann.offers, ...bob.offers]).toEqual([]);
      await ada.say('great');
      expect([ann.offers.length, bob.offers.length]).toEqual([0, 1]);
      await bob.accept(bob.offers[0]!.id);
      expect(await write('ada', 'ann')).toMatchObject({ ok: false, failure: 'invalid' });
      await write('eve', 'bob');
      bob.setStatus('Offline');
      await eve.say('thanks');
      expect(ann.offers).toMatchObject([{ endUser: 'chat:eve' }]);
    });
  });

  it('within the platform’s window, or by a template', async () => {
    const stack = createStackLab({ channels: { chat: QUIET }, windowMs: 24 * HOUR });
    await stack.inside(async () => {
      const ada = stack.customer('ada');
      const by = { flow: 'news' };
      const plain = await stack.stack.outreach.write('chat', 'ada', text('News'), by);
      expect(plain).toMatchObject({ ok: false, failure: 'outsideWindow' });
      expect((await stack.store.load('chat:ada', 0))?.session?.status).toBe('Error');
      const template = { kind: 'template', name: 'news', language: 'en', text: 'News' } as const;
      const written = stack.stack.outreach.write(
        'chat',
        'ada',
        { ...template, parameters: [] },
        by,
      );
      expect(await written).toMatchObject({ ok: true });
      expect(ada.heard).toEqual(['News']);
      await ada.say('stop');
      await stack.clock.sleep(1000);
      const again = await stack.stack.outreach.write('chat', 'ada', text('More'), by);
      expect(again).toMatchObject({ ok: false, failure: 'optedOut' });
      expect(ada.heard).toEqual(['News']);
    });
    expect(stack.of('sendFailed').map(({ failure }) => failure)).toEqual([
      'outsideWindow',
      'optedOut',
    ]);
  });

  it('only to who has agreed as the channel asks for', async () => {
    const stack = createStackLab({ channels: { chat: { ...CHANNEL, consent: 'ExplicitOptIn' } } });
    await stack.inside(async () => {
      const ada = stack.customer('ada');
      const write = () => stack.stack.outreach.write('chat', 'ada', text('News'), { flow: 'news' });
      expect(await write()).toMatchObject({ ok: false, failure: 'notOptedIn' });
      await ada.say('start');
      expect(await write()).toMatchObject({ ok: true });
      await expect(
        stack.stack.outreach.write('chatt', 'ada', text('?'), { flow: 'f' }),
      ).rejects.toThrow('no such channel');
    });
  });
});

describe('a scenario in which the business writes first', () => {
  it('keeps its budgets, on both clocks', async () => {
    const plan = loadPlan('test/fixtures/scenarios/outreach.yaml');
    for (const options of [{ clock: 'virtual' }, { clock: 'real', speed: 120 }] as const) {
      const { result, failure } = await runPlan(plan, options);
      expect(failure).toBeUndefined();
      expect(result.budgets.filter(({ ok }) => !ok)).toEqual([]);
    }
  });
});

describe('what else a channel says by itself', () => {
  it('tells who is passed on, and who no queue has room for', async () => {
    const autoResponses = { reroute: 'One moment', routingUnavailable: 'Too many of you' };
    const stack = createStackLab({
      channels: { chat: { ...QUIET, autoResponses } },
      org: { omni: { maxWaitingItems: 1 } },
    });
    const ann = stack.seat('ann');
    await stack.inside(async () => {
      const ada = stack.customer('ada');
      await ada.say('hi');
      await ann.accept(ann.offers[0]!.id);
      await ann.transfer(ann.offers[0]!.id, { queue: 'support' });
      await stack.clock.sleep(1);
      expect(ada.heard).toEqual(['One moment']);
      const eve = stack.customer('eve');
      await eve.say('hi');
      await stack.clock.sleep(1);
      expect(eve.heard).toEqual(['Too many of you']);
    });
  });
});
