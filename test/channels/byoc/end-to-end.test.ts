/** Both channels through the whole stack, in virtual time: customers, bridge, edge, stack, reps. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runPlan } from '../../../sim/run.ts';
import { loadPlan } from '../../../sim/scenario.ts';
import type { Fact } from '../../../src/facts.ts';

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-byoc-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ORG = `org: partners
channels:
  own:
    type: byoc
    address: "72a6a4ec-acbc-44f6-b2b9-e444248ca843"
    queue: pair
    indicators: [typing, read]
  centre: { type: byoc-ccaas, address: "afc64d6f-ad61-4df2-82f7-b2fa83540c78", queue: pair }
queues: { pair: { routingConfig: standard } }
routingConfigs:
  standard: { routingModel: MOST_AVAILABLE, routingPriority: 1, capacityWeight: 1 }
presenceConfigs: { chat: { capacity: 1 } }
reps: { pair: { count: 3, queues: [pair], presenceConfig: chat } }
`;

const SCENARIO = `scenario: partners
org: org.yaml
seed: 7
lasts: 2m
drain: 10m
customers:
  buyer:
    script:
      - say: "Hello {{customer}}"
      - expect: { from: rep, within: 10m }
      - say: "grüße, 100 %/50 & more"
      - expect: { from: rep, within: 10m }
      - choose: 1
      - expect: { from: rep, within: 10m }
      - leave
arrivals:
  - { customer: buyer, channel: { own: 1, centre: 1 }, poisson: 10/min }
reps:
  pair:
    answersPush: uniform(500ms, 2s)
    replyTime: uniform(2s, 5s)
    replies:
      - Welcome, how can I help?
      - { text: Shall I look that up?, choices: ["Yes", "No"] }
      - Done.
platforms: { reads: 100% }
`;

async function run() {
  writeFileSync(join(folder, 'org.yaml'), ORG);
  writeFileSync(join(folder, 'partners.yaml'), SCENARIO);
  const facts: Fact[] = [];
  const plan = loadPlan(join(folder, 'partners.yaml'), {});
  const { failure } = await runPlan(plan, { clock: 'virtual', onFact: (fact) => facts.push(fact) });
  if (failure !== undefined) throw failure;
  return facts;
}

it('carries conversations from the first word to the last, the same in every run', async () => {
  const facts = await run();
  const left = facts.filter(({ type }) => type === 'left');
  expect(left.length).toBeGreaterThan(10);
  expect(left.map((fact) => (fact as { outcome?: string }).outcome)).toEqual(
    left.map(() => 'completed'),
  );
  for (const channel of ['own', 'centre']) {
    const ended = facts.filter((fact) => fact.type === 'sessionEnded' && fact.channel === channel);
    expect(ended.length).toBeGreaterThan(2);
    expect(ended.every((fact) => fact.type === 'sessionEnded' && fact.by === 'EndUser')).toBe(true);
  }
  expect(facts.filter(({ type }) => type === 'webhookRefused' || type === 'sendFailed')).toEqual(
    [],
  );
  expect(JSON.stringify(await run())).toBe(JSON.stringify(facts));
});
