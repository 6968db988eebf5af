/** Bots, events and voices of a scenario, through whole runs. */
import { describe, expect, it } from 'vitest';
import { runPlan } from '../../sim/run.ts';
import { loadPlan } from '../../sim/scenario.ts';
import type { Fact } from '../../src/facts.ts';
import { write } from './scenario/files.ts';

const ORG = `
org:
  channels:
    chat: { type: direct, address: chat, flow: first, queue: support, keywords: { end: [bye] } }
  queues:
    support: { routingConfig: standard }
    second: { routingConfig: standard }
  routingConfigs: { standard: { pushTimeout: 1m } }
  flows:
    first:
      - send: "You are number {{position}}, about {{estimatedWait}}"
      - route: { bot: greeter, queue: support }
  bots: { greeter: {} }
  presenceConfigs:
    chat: { capacity: 2, afterConversationWork: { maxTime: 30s, extension: 20s } }
  reps:
    anna: { queues: [support], presenceConfig: chat }
    bob: { queues: [second], presenceConfig: chat }
`;

async function play(body: string) {
  const facts: Fact[] = [];
  const plan = loadPlan(write(`scenario: people\nlasts: 1h\nwire: false\n${ORG}${body}`));
  const { result, failure } = await runPlan(plan, {
    clock: 'virtual',
    onFact: (fact) => facts.push(fact),
  });
  expect(failure).toBeUndefined();
  expect(result.invariants).toEqual([]);
  return { result, facts, of: (type: Fact['type']) => facts.filter((fact) => fact.type === type) };
}

const ONE = 'arrivals: [{ customer: asker, channel: chat, at: [0s] }]';

describe('a simulated bot', () => {
  it('says its lines in turn, then hands over; each voice is known', async () => {
    const { result, of } = await play(`
customers:
  asker:
    script:
      - say: Hello
      - expect: { from: auto, matches: You are number -, within: 1m }
      - expect: { from: bot, matches: What is it about, within: 1m }
      - say: My order
      - expect: { from: bot, matches: Which order, within: 1m }
      - say: "Number 7"
      - expect: { from: rep, within: 5m }
      - leave
bots: { greeter: { replies: [What is it about?, Which order?] } }
reps: { default: {} }
${ONE}`);
    expect(result.counts.expectationsMissed).toBe(0);
    expect([result.counts.heardFromBot, result.counts.botHandOvers]).toEqual([2, 1]);
    expect(of('queued')).toMatchObject([{ queue: 'support' }]);
    expect(result.conversations.completed).toBe(1);
  });

  it('hands over at a word, or ends what it understands', async () => {
    const script = (word: string) => `
customers:
  asker: { script: [say: Hello, expect: bot, say: "${word}", expect: { from: rep, within: 1m }] }
bots: { greeter: { replies: [Yes?], understands: 100% } }
reps: { default: {} }
${ONE}`;
    const human = await play(script('A HUMAN, please'));
    expect(human.result.counts.botHandOvers).toBe(1);
    const plain = await play(script('My order'));
    expect(plain.result.counts.botHandOvers).toBe(0);
    expect(plain.of('sessionEnded')).toMatchObject([{ by: 'Bot' }]);
  });
});

describe('reps and events', () => {
  it('begin with the status they are given, and change it by the clock', async () => {
    const { of } = await play(`
customers: { asker: { script: [say: human, expect: { from: rep, within: 30m }] } }
bots: { greeter: { replies: [] } }
reps: { default: { startsAs: Busy } }
events:
  - { at: 5m, rep: anna, status: Available }
  - { at: 6m, rep: anna, connection: lost }
  - { at: 6m10s, rep: anna, connection: back }
  - { at: 10m, every: 10m, rep: bob, connection: lost }
${ONE}`);
    expect(of('pushed')).toMatchObject([{ at: 300_000, rep: 'anna' }]);
    const offline = of('presence').filter((fact) => 'online' in fact && fact.status === 'Offline');
    expect(offline).toMatchObject([{ rep: 'bob', at: 660_000 }]);
  });

  it('passes work on, with after-conversation work for who leaves', async () => {
    const { of, result } = await play(`
customers:
  asker: { script: [say: human, expect: { from: rep, within: 30m }, think: 20m] }
bots: { greeter: { replies: [] } }
reps:
  anna: { handleTime: 1m, transfers: { share: 100%, queue: second }, afterWork: 10m }
  bob: { handleTime: 1m, afterWork: 5s, extendsAfterWork: 1 }
${ONE}`);
    expect(of('accepted').map((fact) => 'rep' in fact && fact.rep)).toEqual(['anna', 'bob']);
    expect(of('closed')).toMatchObject([
      { rep: 'anna', by: 'transfer', handleMs: 90_000 },
      { rep: 'bob', by: 'rep', handleMs: 65_000 },
    ]);
    expect(result.counts.transfers).toBe(1);
    expect(result.choices.map(({ choice }) => choice)).toContain('C14');
  });
});
