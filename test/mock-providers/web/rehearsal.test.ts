/** The whole way in virtual time: simulated customers, the edge, the adapter, the stack, reps. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runPlan } from '../../../sim/run.ts';
import { loadPlan } from '../../../sim/scenario.ts';

const ORG = `
org: web-only
channels:
  web:
    type: web
    address: 1f0e2d3c-4b5a-4978-8796-a5b4c3d2e1f0
    queue: front-line
    indicators: [typing, read]
    autoResponses: { initial: Thanks for writing. }
queues: { front-line: { routingConfig: standard } }
routingConfigs: { standard: { routingModel: LEAST_ACTIVE, routingPriority: 0, capacityWeight: 1 } }
presenceConfigs: { standard: { capacity: 4 } }
reps: { front-line: { count: 4, queues: [front-line], presenceConfig: standard } }
`;

const SCENARIO = `
scenario: web-only
org: org.yaml
seed: 3
lasts: 10m
drain: 20m
customers:
  shopper:
    script:
      - say: "My lamp {{customer}} came broken"
      - expect: { from: rep }
      - send: { media: "https://files.example.com/lamp.jpg", caption: Like this }
      - expect: { from: rep }
      - choose: "Yes"
      - expect: { from: rep }
      - leave
arrivals: [{ customer: shopper, channel: web, poisson: 120/h }]
reps:
  front-line:
    replies:
      - Can I see it?
      - { text: Shall we send you a new one?, choices: ["Yes", "No"] }
      - It is on its way.
platforms:
  faults: { duplicateWebhooks: 5%, lateWebhooks: 5%, lateBy: 2s, apiErrors: 2%, lostAnswers: 2% }
`;

/** The rep closes while they think; so the edge has no session when they write again. */
const RETURNERS = `
scenario: web-returners
org: org.yaml
seed: 4
lasts: 10m
drain: 30m
customers:
  returner:
    script:
      - say: Are you open?
      - expect: { from: rep }
      - think: 5m
      - say: And tomorrow?
      - expect: { from: rep }
arrivals: [{ customer: returner, channel: web, poisson: 60/h }]
reps: { front-line: { replies: [We are.], closesWhenSilentFor: 1m } }
`;

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-web-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function rehearse(scenario: string) {
  writeFileSync(join(folder, 'org.yaml'), ORG);
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, scenario);
  const { result, failure } = await runPlan(loadPlan(file), { clock: 'virtual' });
  if (failure !== undefined) throw failure;
  return result;
}

const NO_TROUBLE = { sendFailures: 0, sendsUncertain: 0, webhookRefusals: 0 };

it('every customer gets through, whatever goes wrong on the way; twice the same', async () => {
  const { counts, conversations } = await rehearse(SCENARIO);
  expect(conversations.completed).toBeGreaterThan(10);
  expect(conversations.completed).toBe(conversations.arrived);
  expect(counts).toMatchObject(NO_TROUBLE);
  // A customer who has left gets no more messages; the others have all theirs.
  expect(counts.heardFromRep).toBe(3 * conversations.completed);
  expect(counts.received).toBe(3 * conversations.completed);
  expect(counts.faultsInjected).toBeGreaterThan(10);
  expect((await rehearse(SCENARIO)).counts).toEqual(counts);
});

it('who writes after a rep has ended the session begins another', async () => {
  const { counts, conversations } = await rehearse(RETURNERS);
  const { completed } = conversations;
  expect(completed).toBeGreaterThan(5);
  expect(completed).toBe(conversations.arrived);
  expect(counts).toMatchObject(NO_TROUBLE);
  const twice = { sessionsEnded: 2 * completed, received: 2 * completed, said: 2 * completed };
  expect(counts).toMatchObject({ ...twice, heardFromRep: 2 * completed });
});
