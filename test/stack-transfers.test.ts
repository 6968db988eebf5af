/** How sessions change hands: transfers, logouts, inactivity, supervisors. */
import { describe, expect, it } from 'vitest';
import type { Channel, Org, ServiceChannel } from '../src/org.ts';
import { createStackLab, QUIET } from './stack-lab.ts';

const STATUS_BASED: ServiceChannel = {
  relatedEntity: 'MessagingSession',
  capacityModel: 'STATUS_BASED',
  isInterruptible: false,
  hasAutoAcceptEnabled: false,
  doesCheckCapOnOwnerChange: false,
  doesCheckCapOnStatusChange: false,
};

const QUEUES: Org['queues'] = {
  support: { routingConfig: 'normal' },
  billing: { routingConfig: 'normal' },
};
const BOB_BILLS: Org['reps'] = {
  ann: { count: 1, queues: ['support'], presenceConfig: 'normal' },
  bob: { count: 1, queues: ['billing'], presenceConfig: 'normal', skills: { french: 5 } },
};

describe('a transfer', () => {
  const between = (org: Partial<Org> = {}) =>
    createStackLab({ channels: { chat: QUIET }, org: { queues: QUEUES, reps: BOB_BILLS, ...org } });

  it('to a queue frees the rep, and the next one has the whole session', async () => {
    const lab = between();
    const [ann, bob, ada] = [lab.seat('ann'), lab.seat('bob'), lab.customer('ada')];
    await lab.inside(async () => {
      await ada.say('Hello');
      await ann.accept('A1');
      await lab.clock.sleep(5000);
      expect(await ann.transfer('A1', { queue: 'billing' })).toBe(true);
      await ada.say('Still there?');
      await bob.accept(bob.offers[0]!.id);
      await bob.say('A2', 'Bob here');
      await ada.say('Hi Bob');
    });
    expect(ann.events).toEqual(['closed A1 by transfer']);
    expect(bob.events).toEqual(['message A2: Hi Bob']);
    expect(ada.heard).toEqual(['Bob here']);
    expect(lab.of('queued')[1]).toMatchObject({ queue: 'billing', transferredBy: 'ann', at: 5000 });
    expect(lab.of('accepted')[1]).toMatchObject({ rep: 'bob', sinceRequestMs: 0 });
    expect(lab.of('closed')).toMatchObject([{ rep: 'ann', by: 'transfer' }]);
  });

  it('to a rep waits until they have room (C15)', async () => {
    const lab = between();
    const [ann, bob] = [lab.seat('ann'), lab.seat('bob')];
    await lab.inside(async () => {
      await lab.customer('ada').say('Hello');
      await ann.accept('A1');
      await ann.transfer('A1', { rep: 'bob' });
      await bob.accept('A2');
      await lab.customer('eve').say('Hello');
      await ann.accept('A3');
      await ann.transfer('A3', { rep: 'bob' });
      expect(bob.offers).toHaveLength(1);
      await bob.end('A2');
      bob.close('A2');
      expect(bob.offers).toHaveLength(2);
    });
  });

  it('to skills, to a flow, and of a session that is over', async () => {
    const triage = { steps: [{ do: 'route', queue: 'billing' } as const] };
    const lab = between({ flows: { triage } });
    const [ann, bob, ada] = [lab.seat('ann'), lab.seat('bob'), lab.customer('ada')];
    await lab.inside(async () => {
      await ada.say('Hello');
      await ann.accept('A1');
      await ann.transfer('A1', { skills: [{ skill: 'french', level: 1 }] });
      await bob.accept('A2');
      await bob.transfer('A2', { queue: 'support' });
      await ann.accept('A3');
      await ann.transfer('A3', { flow: 'triage' });
      await bob.accept('A4');
      await ada.leave();
      expect(await bob.transfer('A4', { queue: 'support' })).toBe(false);
    });
    expect(lab.of('accepted').map(({ rep }) => rep)).toEqual(['ann', 'bob', 'ann', 'bob']);
  });
});

describe('a session whose rep is gone', () => {
  it('goes inactive at a tab-based logout, and to anybody when the customer writes', async () => {
    const lab = createStackLab({ channels: { chat: QUIET } });
    const [ann, ada] = [lab.seat('ann'), lab.customer('ada')];
    await lab.inside(async () => {
      await ada.say('Hello');
      await ann.accept('A1');
      ann.setStatus('Offline');
      await lab.clock.sleep(1000);
      expect((await lab.store.load('chat:ada', 0))?.session?.status).toBe('Inactive');
      const bob = lab.seat('bob');
      expect(bob.offers).toEqual([]);
      await ada.say('Anybody?');
      await bob.accept(bob.offers[0]!.id);
      await ada.say('Good');
      expect(bob.events).toEqual(['message A2: Good']);
    });
    expect(ann.events).toEqual(['closed A1 by logout']);
  });

  it('stays with the rep where capacity is status-based', async () => {
    const chat: Channel = { ...QUIET, serviceChannel: 'messaging' };
    const lab = createStackLab({
      channels: { chat },
      org: { serviceChannels: { messaging: STATUS_BASED } },
    });
    const [ann, ada, eve] = [lab.seat('ann'), lab.customer('ada'), lab.customer('eve')];
    await lab.inside(async () => {
      await ada.say('Hello');
      await ann.accept('A1');
      ann.setStatus('Offline');
      ann.setStatus('Online');
      await eve.say('Hello');
      await ada.say('Still there?');
    });
    expect(ann.events).toEqual(['message A1: Still there?']);
    expect(ann.offers).toHaveLength(1);
  });
});

describe('an inactive session of status-based work', () => {
  const inactive = async (more: Partial<ServiceChannel>) => {
    const messaging = { ...STATUS_BASED, ...more };
    const chat: Channel = { ...QUIET, serviceChannel: 'messaging' };
    const lab = createStackLab({
      channels: { chat },
      routing: { pausedCapacityWeight: 0 },
      org: { serviceChannels: { messaging } },
    });
    const [ann, ada, eve] = [lab.seat('ann'), lab.customer('ada'), lab.customer('eve')];
    await lab.inside(async () => {
      await ada.say('Hello');
      await ann.accept('A1');
      await eve.say('Hello');
      await ann.inactivate('A1');
      await ann.accept('A2');
      await ada.say('I am back');
    });
    return { lab, ann, ada };
  };

  it('takes fewer units, and goes on with the same rep beyond their capacity', async () => {
    const { ann, lab } = await inactive({});
    expect(ann.events).toEqual(['message A1: I am back']);
    expect(lab.of('resumed')).toMatchObject([{ agentWork: 'A1', heldBefore: 0, units: 1 }]);
  });

  it('waits for that rep where the channel checks capacity on reopened work', async () => {
    const { ann, lab } = await inactive({ doesCheckCapOnStatusChange: true });
    expect(ann.events).toEqual(['closed A1 by status']);
    expect(lab.of('queued')[2]).toMatchObject({ preferredRep: 'ann', repRequired: true });
    expect(ann.offers).toHaveLength(2);
    await lab.inside(() => ann.end('A2'));
    expect(ann.offers).toHaveLength(3);
  });
});

describe('supervisors', () => {
  it('assign, move, take over and end what waits', async () => {
    const lab = createStackLab({
      channels: { chat: QUIET },
      org: { queues: QUEUES, reps: BOB_BILLS },
    });
    const { supervisor } = lab.stack;
    await lab.inside(async () => {
      for (const name of ['a', 'b', 'c', 'd']) await lab.customer(name).say('Hello');
      const bob = lab.seat('bob');
      expect(supervisor.assign({ queue: 'support', count: 2 }, 'bob')).toBe(2);
      expect(bob.offers).toHaveLength(2);
      expect(supervisor.move({ queue: 'support', count: 1 }, 'billing')).toBe(1);
      expect(supervisor.takeOver({ queue: 'support' }, 'an automation')).toBe(1);
      expect(supervisor.end({ queue: 'billing', waitingForMs: 1 })).toBe(0);
      await lab.clock.sleep(1);
      expect(supervisor.end({ queue: 'billing', waitingForMs: 1 })).toBe(1);
    });
    expect(lab.of('takenOver')).toMatchObject([{ owner: 'an automation', work: 'W4' }]);
    expect(lab.of('withdrawn')).toMatchObject([{ work: 'W3', queue: 'billing', by: 'Agent' }]);
    expect(lab.of('pushed').map(({ beyond }) => beyond)).toEqual(['supervisor', 'supervisor']);
  });

  it('give a rep another queue, and the work that waits there', async () => {
    const lab = createStackLab({
      channels: { chat: QUIET },
      org: { queues: QUEUES, reps: BOB_BILLS },
    });
    const bob = lab.seat('bob');
    await lab.inside(async () => {
      await lab.customer('ada').say('Hello');
      lab.stack.supervisor.change('bob', { queues: ['support'] });
    });
    expect(bob.offers).toHaveLength(1);
  });
});
