/** `rehearse run --target`: stacks that are not ours, in processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../sim/exit-codes.ts';
import { type Folder, freePort, heardFrom, makeFolder, rehearse, start } from './command.ts';
import { K6 } from './k6/lab.ts';
import { oneWord, targetAt } from './target-lab.ts';

const ROOT = join(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules/node/bin/node');
const SECRETS = {
  LINE_SECRET: 'line secret',
  LINE_TOKEN: 'line token',
  SMS_SID: 'AC00000000000000000000000000000000',
  SMS_TOKEN: 'twilio token',
};

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

function write(name: string, text: string): string {
  writeFileSync(folder.at(name), text);
  return folder.at(name);
}

const ENGINES = 'missing' in K6 ? ['own'] : ['own', 'k6'];

describe('a bot written with public SDKs', () => {
  let bot: ChildProcess;
  let target: string;
  beforeAll(async () => {
    const [line, sms] = [await freePort(), await freePort()];
    const env = {
      ...{ ...process.env, ...SECRETS, PORT: '0', PERSON_AFTER_MS: '100' },
      ...{ LINE_API: `http://127.0.0.1:${line}`, SMS_API: `http://127.0.0.1:${sms}` },
    };
    bot = spawn(NODE, [join(ROOT, 'test/fixtures/targets/bot.ts')], { env });
    const [, port] = /listening on (\d+)/.exec(await heardFrom(bot, 'listening')) ?? [];
    target = write(
      'bot.yaml',
      `target: our-bot
channels:
  line-main:
    webhook: http://127.0.0.1:${port}/line
    account: { channelSecret: { env: LINE_SECRET }, accessToken: { env: LINE_TOKEN } }
    port: ${line}
  sms-main:
    webhook: http://127.0.0.1:${port}/sms
    account: { accountSid: { env: SMS_SID }, authToken: { env: SMS_TOKEN } }
    port: ${sms}
replies:
  - { from: bot, matches: "^You said" }
  - { from: auto, matches: "^Let me ask" }
`,
    );
  });
  afterAll(() => bot.kill());

  it.each(ENGINES)('is talked to by customers, webhooks sent by %s', async (engine) => {
    const name = `bot-${engine}`;
    const scenario = join(ROOT, 'scenarios/targets/bot-hour.yaml');
    const args = ['--clock', 'real', '--speed', '2', '--engine', engine, '--quiet'];
    const run = ['run', scenario, ...args, '--target', target, '--out', folder.at(name)];
    const { code, out: said, err } = await start(run, undefined, SECRETS).ended;
    expect([code, err]).toEqual([EXIT.pass, '']);
    expect(said).toContain('real time at 2x against our-bot');
    const { counts, conversations, latencies, generator, ...rest } = folder.result(name);
    expect(rest.target).toBe('our-bot');
    expect(conversations.arrived).toBeGreaterThan(20);
    expect(conversations.completed).toBe(conversations.arrived);
    // Three things said each, and three heard: of the bot, by itself, and of Ann. What the bot has
    // to say to their thanks they do not hear any more.
    expect(counts).toMatchObject({
      webhooks: 3 * conversations.arrived,
      apiCalls: 4 * conversations.arrived,
      heardFromBot: conversations.arrived,
      heardAuto: conversations.arrived,
      heardFromRep: conversations.arrived,
    });
    expect(latencies.webhookToReply?.n).toBe(conversations.arrived);
    expect(generator).toMatchObject({ sent: counts.webhooks, saturated: false });
  });

  it('refuses webhooks that another secret signs', async () => {
    const name = 'forged';
    const scenario = join(ROOT, 'scenarios/targets/bot-hour.yaml');
    const wrong = { ...SECRETS, LINE_SECRET: 'another', SMS_TOKEN: 'another' };
    const args = [
      '--clock',
      'real',
      '--speed',
      '20',
      '--quiet',
      '--target',
      target,
      '--out',
      folder.at(name),
    ];
    const { code } = await start(['run', scenario, ...args], undefined, wrong).ended;
    expect(code).toBe(EXIT.budgetMissed);
    const { counts, conversations } = folder.result(name);
    expect(conversations.completed).toBe(0);
    expect(counts.webhookErrors).toBe(counts.webhooks);
  });
});

describe('a stack of ours in another process', () => {
  it('is served by reps at its desks, and counts what was sent to it', async () => {
    const [port, platforms] = [await freePort(), await freePort()];
    const ports = ['--port', String(port), '--platforms', String(platforms)];
    const stack = start(['stack', folder.at('org.yaml'), ...ports]);
    await heardFrom(stack.child, 'Ctrl-C');
    const url = `http://127.0.0.1:${port}`;
    const webhooks = `${url}/webhooks/{channel}`;
    const target = write('desk.yaml', `${targetAt(webhooks, platforms)}desk: ${url}\n`);
    const scenario = folder.scenario(
      ['wire: false', 'wire: true'],
      ['poisson: 60/h', 'constant: 2/s'],
      ['lasts: 10m', 'lasts: 5s\ndrain: 20s'],
      ['{ replies: ["Yes."] }', REPS],
      ['serviceLevel(60s) >= 1%', 'p95(webhookToReply) < 10s'],
    );
    const args = ['--clock', 'real', '--quiet', '--target', target, '--out', folder.at('desk')];
    const { code, err } = await rehearse('run', scenario, ...args);
    expect([code, err]).toEqual([EXIT.pass, '']);
    const { conversations, counts, reps, queues } = folder.result('desk');
    expect(conversations).toMatchObject({ arrived: 10, completed: 10 });
    expect(counts.heardFromRep).toBe(10);
    expect([reps.each, queues]).toEqual([[], []]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const taken = metrics.matchAll(/duration_seconds_count\{channel="sms-main",.*\} (\d+)/g);
    const sum = [...taken].reduce((before, [, times]) => before + Number(times), 0);
    expect(sum).toBe(counts.webhooks);
    expect(metrics).toContain('reps_online{queue="front-line"} 0');
    stack.child.kill('SIGINT');
    await stack.ended;
  });
});

/** Who have no time to lose. */
const QUICK = 'answersPush: 100ms, replyTime: 100ms, afterWork: 0s, closesWhenSilentFor: 1s';
const REPS = `{ replies: ["Yes."], ${QUICK} }`;

describe('a stack that stalls', () => {
  let server: Server;
  afterEach(() => server.close());

  it.each(ENGINES)('for 3 s at 50/s shows in p95 as it is by hand, by %s', async (engine) => {
    let began = 0;
    server = createServer((request, response) => {
      began ||= Date.now();
      const since = Date.now() - began;
      const stalledMs = since >= 4000 && since < 7000 ? 7000 - since : 0;
      request.resume();
      setTimeout(() => response.writeHead(200).end(), stalledMs);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/{channel}`;
    const target = write(`stall-${engine}.yaml`, targetAt(url, await freePort()));
    const name = `stall-${engine}`;
    const args = ['--clock', 'real', '--engine', engine, '--quiet', '--target', target];
    const { code, err } = await rehearse(
      'run',
      oneWord(folder, '50/s', '12s'),
      ...args,
      '--out',
      folder.at(name),
    );
    expect([code, err]).toEqual([EXIT.pass, '']);
    const delays = Array.from({ length: 600 }, (_, i) => i * 20)
      .map((offset) => (offset >= 4000 && offset < 7000 ? 7000 - offset : 0))
      .sort((a, b) => a - b);
    const byHand = delays[Math.ceil(0.95 * delays.length) - 1] ?? 0;
    expect(byHand).toBeGreaterThan(2000);
    const { generator, latencies } = folder.result(name);
    expect(generator?.sent).toBe(600);
    for (const p95 of [generator?.sinceDue.p95, latencies.webhookAck?.p95]) {
      expect(Math.abs((p95 ?? 0) - byHand)).toBeLessThan(200);
    }
  });
});

describe('a scenario without reps', () => {
  const scenario = join(ROOT, 'scenarios/targets/bot-hour.yaml');

  it('needs a target', async () => {
    const { code, err } = await rehearse('validate', scenario);
    expect(code).toBe(EXIT.invalidInput);
    expect(err).toContain('reps: is missing; only runs against a --target do without');
    expect(err).toContain('org.queues: is missing');
    expect(err).toContain('org.channels.line-main.queue: is missing');
  });

  it('is right with one', async () => {
    const { code, out } = await rehearse('validate', scenario, '--target', 'http://127.0.0.1:1/');
    expect([code, out]).toEqual([EXIT.pass, expect.stringContaining('ok (2 channels')]);
  });
});
