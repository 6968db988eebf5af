/** External routing: a partner decides over HTTP, and Omni-Channel leaves its items alone. */
import { describe, expect, it } from 'vitest';
import { runPlan } from '../sim/run.ts';
import { loadPlan } from '../sim/scenario.ts';
import type { ChangeEvent } from '../src/change-events.ts';
import type { HttpRequest } from '../src/http.ts';
import { respond } from '../src/http.ts';
import type { Org } from '../src/org.ts';
import { createStackLab, QUIET } from './stack-lab.ts';

const ORG: Partial<Org> = {
  queues: { support: { routingConfig: 'theirs' } },
  routingConfigs: {
    theirs: {
      routingModel: 'EXTERNAL_ROUTING',
      routingPriority: 1,
      capacityWeight: 1,
      partner: 'acme',
    },
  },
  routingPartners: { acme: { token: 'secret' }, other: { token: 'another' } },
};

function lab() {
  const heard: ChangeEvent[] = [];
  const stackLab = createStackLab({
    channels: { chat: QUIET },
    org: ORG,
    transport: {
      send({ url, headers, body }) {
        expect([url, headers.authorization]).toEqual(['http://acme/events', 'Bearer secret']);
        heard.push(JSON.parse(body.toString()));
        return Promise.resolve(respond(204));
      },
    },
    partnerUrlOf: (name) => (name === 'acme' ? 'http://acme' : undefined),
  });
  const insert = async (record: unknown, token = 'secret', more: Partial<HttpRequest> = {}) => {
    const body = typeof record === 'string' ? record : JSON.stringify(record);
    const answer = await stackLab.stack.handle({
      method: 'POST',
      url: 'http://stack/services/data/v67.0/sobjects/AgentWork',
      headers: { authorization: `Bearer ${token}` },
      body: Buffer.from(body),
      ...more,
    });
    return [answer.status, JSON.parse(answer.body.toString())] as const;
  };
  return { ...stackLab, heard, insert };
}

const told = ({ ChangeEventHeader: { entityName, changeType } }: ChangeEvent) =>
  `${entityName} ${changeType}`;

describe('a routing partner', () => {
  it('hears of reps and of work, decides, and the rep has the push', async () => {
    const { heard, insert, ...stack } = lab();
    const ann = stack.seat('ann');
    await stack.inside(async () => {
      await stack.customer('ada').say('Hello');
      expect(ann.offers).toEqual([]);
      expect(await insert({ WorkItemId: 'W1', UserId: 'ann' })).toEqual([
        201,
        { id: 'A1', success: true, errors: [] },
      ]);
      await ann.accept('A1');
    });
    expect(heard.map(told)).toEqual([
      'UserServicePresence CREATE',
      'PendingServiceRouting CREATE',
      'AgentWork CREATE',
      'AgentWork UPDATE',
      'PendingServiceRouting DELETE',
    ]);
    expect(heard[1]).toMatchObject({ WorkItemId: 'W1', RoutingModel: 'ExternalRouting' });
  });

  it('is asked again when the rep declines, and told who it was', async () => {
    const { heard, insert, ...stack } = lab();
    const [ann, bob] = [stack.seat('ann'), stack.seat('bob')];
    await stack.inside(async () => {
      await stack.customer('ada').say('Hello');
      await insert({ WorkItemId: 'W1', UserId: 'ann' });
      ann.decline('A1');
      expect(bob.offers).toEqual([]);
      expect((await insert({ WorkItemId: 'W1', UserId: 'bob' }))[0]).toBe(201);
    });
    const again = heard.filter((event) => told(event) === 'PendingServiceRouting UPDATE');
    expect(again).toMatchObject([{ LastDeclinedAgentSession: 1, IsPushAttempted: true }]);
  });

  it('may exceed capacity only where it says so', async () => {
    const { insert, ...stack } = lab();
    stack.seat('ann');
    await stack.inside(async () => {
      await stack.customer('ada').say('Hello');
      await stack.customer('eve').say('Hello');
      await insert({ WorkItemId: 'W1', UserId: 'ann' });
      const [status, errors] = await insert({ WorkItemId: 'W2', UserId: 'ann' });
      expect([status, errors[0].message]).toEqual([400, expect.stringContaining('no capacity')]);
      const skips = { WorkItemId: 'W2', UserId: 'ann', ShouldSkipCapacityCheck: true };
      expect((await insert(skips))[0]).toBe(201);
    });
    expect(stack.of('pushed').map(({ beyond }) => beyond)).toEqual([undefined, 'partner']);
  });

  it('is refused what is not its own, not there, or not a record', async () => {
    const { insert, ...stack } = lab();
    stack.seat('ann');
    await stack.inside(async () => {
      await stack.customer('ada').say('Hello');
      const W1 = { WorkItemId: 'W1', UserId: 'ann' };
      const code = async (...args: Parameters<typeof insert>) => {
        const [status, [error]] = await insert(...args);
        return `${status} ${error.errorCode}`;
      };
      expect(await code(W1, 'wrong')).toBe('401 INVALID_SESSION_ID');
      expect(await code(W1, 'another')).toBe('400 INVALID_INPUT');
      expect(await code(W1, 'secret', { method: 'GET' })).toBe('405 METHOD_NOT_ALLOWED');
      expect(await code('nonsense')).toBe('400 REQUIRED_FIELD_MISSING');
      expect(await code({ ...W1, UserId: 'nobody' })).toBe('400 INVALID_CROSS_REFERENCE_KEY');
      expect(await code({ ...W1, UserId: 'bob' })).toBe('400 INVALID_INPUT');
      expect(await code({ ...W1, WorkItemId: 'W9' })).toBe('400 INVALID_INPUT');
      await insert(W1);
      expect(await code(W1)).toBe('400 INVALID_INPUT');
    });
  });
});

describe('the mock partner', () => {
  it('serves a whole scenario, on both clocks', async () => {
    const plan = loadPlan('test/fixtures/scenarios/partner.yaml');
    const { result, failure } = await runPlan(plan, { clock: 'virtual' });
    expect(failure).toBeUndefined();
    expect(result.budgets.filter(({ ok }) => !ok)).toEqual([]);
    expect(result.invariants).toEqual([]);
    const real = await runPlan(plan, { clock: 'real', speed: 60 });
    expect(real.failure).toBeUndefined();
    expect(real.result.counts.accepted).toBe(result.counts.accepted);
  });
});

describe('the mock partner with agents of its own', () => {
  const run = async (partners: object) => {
    const plan = loadPlan('test/fixtures/scenarios/partner-order.yaml');
    const { result, failure } = await runPlan(
      { ...plan, partners: { acme: { ...plan.partners.acme!, ...partners } } },
      { clock: 'virtual' },
    );
    expect(failure).toBeUndefined();
    const pools = result.reps.pools.map(({ pool, counts }) => [pool, counts.accepted]);
    return { result, accepted: Object.fromEntries(pools) };
  };

  it('gives none to others, and has each take its preferred queue first', async () => {
    const { result, accepted } = await run({});
    expect(accepted).toMatchObject({ strangers: 0 });
    expect(result.budgets.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('spreads work, or fills one agent up first, as it is told', async () => {
    const spread = await run({ picks: 'leastBusy' });
    const packed = await run({ picks: 'busiest' });
    const [few, many] = [packed, spread].map(
      ({ result }) => result.reps.pools.find(({ pool }) => pool === 'sales')!.rates.utilisation,
    );
    expect(few!.share!).toBeLessThan(many!.share! * 0.9);
  });
});

describe('a contact centre that owns the routing of its channel', () => {
  it('is asked by event, says by AgentWork who gets it, and again after a decline', async () => {
    const plan = loadPlan('test/fixtures/scenarios/contact-centre.yaml');
    const { result, failure } = await runPlan(plan, { clock: 'virtual' });
    expect(failure).toBeUndefined();
    expect(result.budgets.filter(({ ok }) => !ok)).toEqual([]);
    expect(result.invariants).toEqual([]);
    const real = await runPlan(plan, { clock: 'real', speed: 60 });
    expect(real.failure).toBeUndefined();
    expect(real.result.counts.accepted).toBe(result.counts.accepted);
  });
});
