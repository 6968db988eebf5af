/** `rehearse providers`: the mocks alone, with a bot of another make in front of them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../mock-providers/index.ts';
import { EXIT } from '../../sim/exit-codes.ts';
import { type Folder, makeFolder, type Running, rehearse, start } from './command.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

/** Waits for what the command prints once all listen. */
async function printed({ child }: Running): Promise<string> {
  let out = '';
  child.stdout?.on('data', (text: string) => {
    out += text;
  });
  while (!out.includes('control API')) await once(child.stdout as NodeJS.ReadableStream, 'data');
  await new Promise((resolve) => setTimeout(resolve, 100));
  return out;
}

/** A bot that takes any webhook; what it was sent. */
async function bot() {
  const calls: { url: string; body: string }[] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    calls.push({ url: req.url ?? '', body });
    res.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { calls, url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

describe.concurrent('the platforms by themselves', () => {
  it('are all there, each with its address, secrets and settings; Ctrl-C ends them', async () => {
    const run = start(['providers', '--webhook', 'http://127.0.0.1:9/{channel}', '--port', '0']);
    const out = await printed(run);
    for (const type of Object.keys(PROVIDERS)) {
      expect(out).toMatch(new RegExp(`^${type}: .+ at http://127.0.0.1:\\d+$`, 'm'));
      expect(out).toContain(`http://127.0.0.1:9/${type}`);
    }
    expect(out).toMatch(/^ {2}authToken +0f1e2d3c/m);
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: EXIT.pass });
  });

  it('speak to a bot when the control API says so', async () => {
    const { calls, url, close } = await bot();
    const only = ['--only', 'sms', '--port', '0'];
    const run = start(['providers', '--webhook', `${url}/in/{channel}`, ...only]);
    const [, api] = / at (http:\S+)/.exec(await printed(run)) ?? [];
    const say = { from: '+12025550123', text: 'Hello?' };
    const response = await fetch(`${api}/_rehearsal/say`, {
      method: 'POST',
      body: JSON.stringify(say),
    });
    expect(await response.json()).toMatchObject({ ok: true, from: say.from });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.url).toBe('/in/sms');
    expect(new URLSearchParams(calls[0]?.body).get('Body')).toBe('Hello?');
    run.child.kill('SIGINT');
    await run.ended;
    close();
  });

  it.each([
    [['--webhook', 'nowhere'], '--webhook takes an http or https address'],
    [['--webhook', 'http://a.test', '--port', '-1'], '--port takes a whole number'],
    [['--webhook', 'http://a.test', '--only', 'sns'], "no channel 'sns'; did you mean 'sms'?"],
    [[], 'Missing required argument: webhook'],
  ])('say what is wrong with %j', async (args, message) => {
    const { code, err } = await rehearse('providers', ...args);
    expect(err).toContain(message);
    expect(code).toBe(EXIT.usage);
  });

  it('say what is wrong with an org file', async () => {
    const { code, err } = await rehearse('providers', '--webhook', 'http://a.test', '--org', 'no');
    expect(err).toContain('no');
    expect(code).toBe(EXIT.invalidInput);
  });
});
