/** How sessions find their way: flows, priorities, bots. */
import { describe, expect, it } from 'vitest';
import type { Org, ServiceChannel } from '../src/org.ts';
import type { FlowStep } from '../src/router/flow.ts';
import { createStackLab, QUIET, type StackLabOptions } from './stack-lab.ts';

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

const withFlow = (steps: readonly FlowStep[], more: Partial<StackLabOptions> = {}) =>
  createStackLab({
    ...more,
    channels: { chat: { ...QUIET, flow: 'triage' } },
    org: { queues: QUEUES, reps: BOB_BILLS, flows: { triage: { steps } }, ...more.org },
  });

describe('a flow', () => {
  const REFUND: FlowStep = {
    do: 'if',
    when: { is: 'keyword', words: ['refund'] },
    consequent: [
      { do: 'send', text: 'You are number {{position}}' },
      { do: 'route', queue: 'billing' },
    ],
    otherwise: [],
  };

  it('routes by what the customer says, and sends where they stand', async () => {
    const lab = withFlow([REFUND, { do: 'route', queue: 'support' }]);
    const [ann, ada, eve] = [lab.seat('ann'), lab.customer('ada'), lab.customer('eve')];
    await lab.inside(async () => {
      await ada.say('A refund, please');
      await eve.say('Hello');
    });
    expect(ann.offers.map(({ endUser }) => endUser)).toEqual(['chat:eve']);
    expect(lab.of('queued').map(({ queue }) => queue)).toEqual(['billing', 'support']);
    expect(ada.heard).toEqual(['You are number 1']);
  });

  it('ends a session with a word, and nothing is queued', async () => {
    const lab = withFlow([{ do: 'send', text: 'We are closed' }, { do: 'end' }]);
    const ada = lab.customer('ada');
    await lab.inside(() => ada.say('Hello').then(() => {}));
    expect(ada.heard).toEqual(['We are closed']);
    expect(lab.of('queued')).toEqual([]);
    expect(lab.of('sessionEnded')).toMatchObject([{ by: 'System', accepted: false }]);
  });

  it('that fails leaves the session to the fallback queue, and says so', async () => {
    const lab = withFlow([{ do: 'route', queue: '00G5f000004XyZa' }]);
    const ann = lab.seat('ann');
    await lab.inside(() =>
      lab
        .customer('ada')
        .say('Hello')
        .then(() => {}),
    );
    expect(ann.offers).toMatchObject([{ queue: 'support' }]);
    expect(lab.of('flowFailed')).toMatchObject([
      { flow: 'triage', reason: expect.stringContaining('00G5f000004XyZa') },
    ]);
  });

  it('sees what the business knows of the customer', async () => {
    const gold: FlowStep = {
      do: 'if',
      when: { is: 'attribute', name: 'tier', values: ['gold'] },
      consequent: [{ do: 'route', queue: 'billing' }],
      otherwise: [{ do: 'route', queue: 'support' }],
    };
    for (const [tier, queue] of [
      ['gold', 'billing'],
      ['tin', 'support'],
    ] as const) {
      const lab = withFlow([gold], { attributes: { tier } });
      await lab.inside(() =>
        lab
          .customer('ada')
          .say('Hello')
          .then(() => {}),
      );
      expect(lab.of('queued')).toMatchObject([{ queue }]);
    }
  });

  it('asks for skills: the queue need not hold who has them', async () => {
    const lab = withFlow([
      { do: 'skills', skills: [{ skill: 'french', level: 3 }] },
      { do: 'route', queue: 'support' },
    ]);
    const [ann, bob] = [lab.seat('ann'), lab.seat('bob')];
    await lab.inside(() =>
      lab
        .customer('ada')
        .say('Bonjour')
        .then(() => {}),
    );
    expect([ann.offers.length, bob.offers.length]).toEqual([0, 1]);
  });
});

describe('secondary routing priority', () => {
  it('comes from the customer’s attribute, by the service channel’s table', async () => {
    const messaging: ServiceChannel = {
      ...STATUS_BASED,
      secondaryRoutingPriority: { attribute: 'tier', values: { gold: 0, silver: 1 } },
    };
    const lab = createStackLab({
      channels: { chat: { ...QUIET, serviceChannel: 'messaging' } },
      org: { serviceChannels: { messaging } },
      attributes: { tier: 'silver' },
    });
    await lab.inside(() =>
      lab
        .customer('ada')
        .say('Hello')
        .then(() => {}),
    );
    expect(lab.of('queued')).toMatchObject([{ secondaryPriority: 1 }]);
  });
});

describe('a bot', () => {
  const withBot = (bots: Org['bots'] = { greeter: {} }) =>
    withFlow([{ do: 'route', bot: 'greeter', queue: 'support' }], { org: { bots } });
  const seatBot = (lab: ReturnType<typeof withBot>) => {
    const events: string[] = [];
    const bot = lab.stack.bots.connect('greeter', {
      engaged: ({ id, endUser }) => events.push(`engaged ${id} ${endUser}`),
      message: (id, { content }) =>
        events.push(`message ${id} ${content.kind === 'text' ? content.text : ''}`),
      ended: (id, by) => events.push(`ended ${id} by ${by}`),
    });
    return { ...bot, events };
  };

  it('has the session first, talks, and hands it over to the fallback queue', async () => {
    const lab = withBot();
    const [ann, bot, ada] = [lab.seat('ann'), seatBot(lab), lab.customer('ada')];
    await lab.inside(async () => {
      await ada.say('Hello');
      expect(ann.offers).toEqual([]);
      await bot.reply('W1', { kind: 'text', text: 'I am a bot' });
      await ada.say('A human!');
      await bot.handOver('W1');
      await ann.accept(ann.offers[0]!.id);
      await ada.say('Are you there?');
    });
    expect(ada.heard).toEqual(['I am a bot']);
    expect(bot.events).toEqual(['engaged W1 chat:ada', 'message W1 A human!']);
    expect(ann.events).toEqual(['message A1: Are you there?']);
    expect(lab.of('botLeft')).toMatchObject([{ outcome: 'handedOver' }]);
    expect(lab.of('replied')).toMatchObject([{ by: 'bot', first: false }]);
  });

  it('may end it; and hears when the customer does', async () => {
    const lab = withBot();
    const [bot, ada, eve] = [seatBot(lab), lab.customer('ada'), lab.customer('eve')];
    await lab.inside(async () => {
      await ada.say('Hello');
      await eve.say('Hello');
      await bot.end('W1');
      await eve.leave();
      await bot.reply('W2', { kind: 'text', text: 'too late' });
      await bot.handOver('W2');
    });
    expect(lab.of('sessionEnded').map(({ by }) => by)).toEqual(['Bot', 'EndUser']);
    expect(bot.events.at(-1)).toBe('ended W2 by EndUser');
    expect(lab.of('queued')).toEqual([]);
    expect(eve.heard).toEqual([]);
  });

  it('that is full or absent leaves the session to the queue (C17)', async () => {
    const lab = withBot({ greeter: { maxSessions: 1 } });
    const bot = seatBot(lab);
    await lab.inside(async () => {
      await lab.customer('ada').say('Hello');
      await lab.customer('eve').say('Hello');
    });
    expect(bot.events).toEqual(['engaged W1 chat:ada']);
    expect(lab.of('queued')).toMatchObject([{ work: 'W2', queue: 'support' }]);
    const nobody = withBot();
    await nobody.inside(() =>
      nobody
        .customer('ada')
        .say('Hello')
        .then(() => {}),
    );
    expect(nobody.of('queued')).toHaveLength(1);
  });
});
