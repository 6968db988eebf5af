/** What is said of a `--target` that can not be had, or that wants what no target can do. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXIT } from '../../sim/exit-codes.ts';
import { type Folder, freePort, makeFolder, rehearse } from './command.ts';
import { ONE_WORD } from './k6/lab.ts';
import { oneWord, targetAt } from './target-lab.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

function write(name: string, text: string): string {
  writeFileSync(folder.at(name), text);
  return folder.at(name);
}

/** A port that another process has. */
async function taken() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('what a target can not do', () => {
  const complaintOf = async (target: string, ...args: readonly string[]) => {
    const scenario = folder.scenario(['wire: false', 'wire: true'], ...ONE_WORD);
    const run = ['run', scenario, '--target', target, '--quiet', ...args];
    const { code, err } = await rehearse(...run);
    return [code, err.trim().replaceAll(`${folder.path}/`, '')];
  };
  const REAL = ['--clock', 'real'];

  it('is said with its place', async () => {
    const target = write(
      'wrong.yaml',
      `target: it
webhooks: localhost:3000
channels:
  sms: { webhook: "http://127.0.0.1:1/" }
  sms-main: { account: { authTokn: x } }
replies: [{ from: agent, matches: "(" }]
`,
    );
    const [code, text] = await complaintOf(target, ...REAL);
    expect(code).toBe(EXIT.invalidInput);
    expect(text).toContain('wrong.yaml:2:11  webhooks: expected an http or https address');
    expect(text).toContain('wrong.yaml:6:19  replies[0].from:');
    expect(text).toContain('wrong.yaml:6:35  replies[0].matches:');
  });

  it('is said of names, accounts and budgets when it is well written', async () => {
    const target = write(
      'names.yaml',
      `target: it
channels:
  sms: { webhook: "http://127.0.0.1:1/" }
  sms-main: { account: { authTokn: x } }
`,
    );
    const [code, text] = await complaintOf(target, ...REAL);
    expect(code).toBe(EXIT.invalidInput);
    expect(text).toContain(
      "names.yaml:3:3  channels.sms: the org has no channel 'sms'; known: sms-main",
    );
    expect(text).toContain("channels.sms-main.account.authTokn: sms has no 'authTokn'; did you");
    expect(text).toContain("names.yaml:2:1  channels: 'sms-main' has no webhook");
    expect(text).toContain('budgets[0]: serviceLevel is not seen from outside a target');
  });

  it('is said of secrets that are not there', async () => {
    const account = '{ authToken: { env: NO_SECRET } }';
    const target = write(
      'secret.yaml',
      `target: it\nchannels: { sms-main: { account: ${account} } }`,
    );
    expect(await complaintOf(target, ...REAL)).toEqual([
      EXIT.invalidInput,
      'secret.yaml:2:47  channels.sms-main.account.authToken: the environment has no NO_SECRET',
    ]);
  });

  it('is said when nobody listens', async () => {
    const target = write('nobody.yaml', targetAt('http://127.0.0.1:1/{channel}', await freePort()));
    const scenario = oneWord(folder, '1/s', '1s');
    const { code, err } = await rehearse('run', scenario, '--target', target, ...REAL, '--quiet');
    expect(code).toBe(EXIT.target);
    expect(err).toContain('nothing listens at http://127.0.0.1:1/sms-main (sms-main); start the');
  });

  it('is said of a port that there is not, and of a secret that is empty', async () => {
    vi.stubEnv('EMPTY', '');
    const account = 'account: { authToken: { env: EMPTY } }';
    const channels = `channels: { sms-main: { ${account} } }`;
    const target = write('empty.yaml', `target: it\nwebhooks: http://x:99999/\n${channels}\n`);
    const [code, text] = await complaintOf(target, ...REAL);
    expect(code).toBe(EXIT.invalidInput);
    expect(text).toContain('empty.yaml:2:11  webhooks: expected an http or https address');
    const good = write('secret-2.yaml', `target: it\nwebhooks: http://x/\n${channels}\n`);
    expect((await complaintOf(good, ...REAL))[1]).toContain('the environment has an empty EMPTY');
  });

  it('is said of ports that are taken, where they are set', async () => {
    const { port, close } = await taken();
    const target = write('taken.yaml', targetAt(`http://127.0.0.1:${port}/`, port));
    const scenario = oneWord(folder, '1/s', '1s');
    const { code, err } = await rehearse('run', scenario, '--target', target, ...REAL, '--quiet');
    close();
    expect([code, err]).toEqual([EXIT.cannotListen, expect.stringContaining('platforms.port')]);
  });

  it('is said of a warm-up that has to be found', async () => {
    const changes = [...ONE_WORD, ['lasts: 10m', 'lasts: 10m\nwarmUp: auto']] as const;
    const budgets = ['- serviceLevel(60s) >= 1%', '- p95(webhookAck) < 1s'] as const;
    const scenario = folder.scenario(['wire: false', 'wire: true'], budgets, ...changes);
    const { code, err } = await rehearse('run', scenario, '--target', 'http://x/', ...REAL);
    expect([code, err]).toEqual([
      EXIT.invalidInput,
      expect.stringContaining('warmUp: auto needs a stack of ours'),
    ]);
  });

  it('is said of budgets given for a search, which replace those of the scenario', async () => {
    const scenario = folder.scenario(['wire: false', 'wire: true'], ...ONE_WORD);
    const limit = ['limit', scenario, ...REAL, '--target', 'http://127.0.0.1:1/', '--budget'];
    const unseen = await rehearse(...limit, 'serviceLevel(20s) >= 80%');
    expect([unseen.code, unseen.err]).toEqual([
      EXIT.usage,
      expect.stringContaining('serviceLevel is not seen from outside a target'),
    ]);
    expect((await rehearse(...limit, 'p95(webhookAck) < 1s', '--quiet')).code).toBe(EXIT.target);
  });

  it.each([
    ['virtual time', [], '--target needs --clock real'],
    ['a store', [...REAL, '--store', 'sqlite:x.db'], '--store is of our own stack'],
    ['a port', [...REAL, '--port', '4000'], '--port is of our own stack'],
  ])('is said of %s', async (_, args, expected) => {
    const [code, text] = await complaintOf('http://127.0.0.1:1/', ...args);
    expect([code, text]).toEqual([EXIT.usage, expect.stringContaining(expected)]);
  });
});
