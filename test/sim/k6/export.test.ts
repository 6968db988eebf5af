/** `rehearse export k6`, by the real k6: against a server that counts, and the real stack. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../sim/exit-codes.ts';
import type { RecordedWebhook } from '../../../sim/k6/record.ts';
import { thresholdsOf, vusFor } from '../../../sim/k6/script.ts';
import { loadPlan } from '../../../sim/scenario.ts';
import { type Change, type Folder, makeFolder, rehearse, start } from '../command.ts';
import { changed, GOOD, write } from '../scenario/files.ts';
import { K6, ONE_WORD, runK6 } from './lab.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

/** Exports the good scenario for a target; its recording. */
async function exported(
  target: string,
  changes: readonly Change[] = [],
): Promise<{ at: string; webhooks: RecordedWebhook[] }> {
  const at = folder.at(`k6-${target.replaceAll(/\W/g, '')}`);
  const scenario = folder.scenario(['wire: false', 'wire: true'], ...changes);
  const ran = await rehearse('export', 'k6', scenario, '--out', at, '--target', target);
  expect(ran.err).toBe('');
  expect(ran.code).toBe(EXIT.pass);
  return { at, webhooks: JSON.parse(readFileSync(join(at, 'webhooks.json'), 'utf8')) };
}

describe('a recording', () => {
  it('is of the channels whose webhooks can be sent again, in order', async () => {
    const { webhooks } = await exported('http://127.0.0.1:1');
    expect(webhooks.length).toBeGreaterThan(10);
    const times = webhooks.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(webhooks.map(({ path }) => path.slice(0, 10)))).toEqual(new Set(['/webhooks/']));
  });

  it('is refused where there is none', async () => {
    const out = folder.at('none');
    const { code, err } = await rehearse('export', 'k6', folder.scenario(), '--out', out);
    expect([code, err]).toEqual([EXIT.invalidInput, expect.stringContaining('no webhooks')]);
  });
});

describe('thresholds', () => {
  it('are the budgets on answers to webhooks, and never silent', () => {
    const budgets = `budgets:
  - p95(webhookAck) < 200ms where channel = sms-main
  - mean(webhookAck) <= 50ms
  - p95(speedToAnswer) < 30s
`;
    const text = changed(GOOD.scenario, [
      [GOOD.scenario.slice(GOOD.scenario.indexOf('budgets:')), budgets],
    ]);
    expect(thresholdsOf(loadPlan(write(text)))).toEqual({
      http_reqs: ['count>0'],
      http_req_failed: ['rate<0.01'],
      dropped_iterations: ['count==0'],
      rehearsal_lateness: ['p(99)<250'],
      'http_req_duration{channel:sms-main}': ['p(95)<200'],
      http_req_duration: ['avg<=50'],
    });
  });

  it('come with enough VUs for the busiest two seconds', () => {
    const at = (ms: number) => ({ at: ms }) as RecordedWebhook;
    expect(vusFor([at(0), at(5000), at(9000)])).toBe(11);
    expect(vusFor([0, 100, 1900, 2000, 2001].map(at))).toBe(14);
    expect(vusFor(Array.from({ length: 9000 }, () => at(5)))).toBe(2000);
  });
});

describe.skipIf('missing' in K6)('the real k6', () => {
  let server: Server;
  let taken: { readonly path: string; readonly body: string }[];
  let status = 200;
  let delayMs = 0;
  const listen = async (): Promise<string> => {
    taken = [];
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        taken.push({ path: request.url ?? '', body });
        setTimeout(() => response.writeHead(status).end(), delayMs);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(() => {
    server?.close();
    status = 200;
    delayMs = 0;
  });

  it('sends every webhook once, also in two segments at a time', async () => {
    const { at, webhooks } = await exported(await listen());
    const sequence = ['--execution-segment-sequence', '0,1/2,1', '-e', 'SPEED=2000'];
    const halves = await Promise.all(
      ['0:1/2', '1/2:1'].map((segment) => runK6(at, '--execution-segment', segment, ...sequence)),
    );
    for (const { code, out } of halves) expect([code, out]).toEqual([0, out]);
    const key = ({ path, body }: { path: string; body: string }) => `${path} ${body}`;
    expect(taken.map(key).sort()).toEqual(webhooks.map(key).sort());
  });

  it('fails when webhooks are refused', async () => {
    status = 500;
    const { at } = await exported(await listen());
    const { code, out } = await runK6(at, '-e', 'SPEED=2000');
    expect(code).toBe(99);
    expect(out).toContain("✗ 'rate<0.01'");
  });

  it('says so when it is too slow itself, and counts from when a webhook was due', async () => {
    delayMs = 150;
    const { at } = await exported(await listen());
    // One VU for all: while it waits for an answer nobody sends the next.
    const { code, out } = await runK6(at, '-e', 'SPEED=2000', '-e', 'VUS=1');
    expect(code).toBe(99);
    expect(out).toMatch(/rehearsal_lateness\s+✗ 'p\(99\)<250'/);
    const [, since = ''] = /rehearsal_since_due[. ]*:.*?max=([\d.]+(?:ms|s|m\d))/.exec(out) ?? [];
    expect(since).toMatch(/s$|m/);
  });

  it('shows a stall of 3 s at 50/s as it is by hand', async () => {
    let began = 0;
    const url = await listen();
    server.removeAllListeners('request').on('request', (request, response) => {
      began ||= Date.now();
      const since = Date.now() - began;
      const stalledMs = since >= 4000 && since < 7000 ? 7000 - since : 0;
      request.resume();
      setTimeout(() => response.writeHead(200).end(), stalledMs);
    });
    const { at, webhooks } = await exported(url, [
      ...ONE_WORD,
      ['poisson: 60/h', 'constant: 50/s'],
      ['lasts: 10m', 'lasts: 12s'],
    ]);
    expect(webhooks).toHaveLength(600);
    const { out } = await runK6(at, '-e', 'VUS=600');
    const first = webhooks[0]?.at ?? 0;
    const delays = webhooks
      .map((one) => one.at - first)
      .map((offset) => (offset >= 4000 && offset < 7000 ? 7000 - offset : 0))
      .sort((a, b) => a - b);
    const byHand = delays[Math.floor(0.95 * delays.length)] ?? 0;
    expect(byHand).toBeGreaterThan(500);
    const [, p95 = ''] = /rehearsal_since_due[. ]*:.*?p\(95\)=([\d.]+)s/.exec(out) ?? [];
    expect(Math.abs(Number(p95) * 1000 - byHand)).toBeLessThan(150);
  }, 60_000);

  it('is answered by the real stack, signatures and all', async () => {
    const port = 20_000 + (process.pid % 20_000);
    const org = folder.at('org.yaml');
    const stack = start(['stack', org, '--port', String(port)]);
    try {
      await heardFrom(stack.child, 'Ctrl-C');
      const { at, webhooks } = await exported(`http://127.0.0.1:${port}`);
      const { code, out } = await runK6(at, '-e', 'SPEED=500');
      expect([code, out]).toEqual([0, out]);
      expect(out).toMatch(new RegExp(`${webhooks.length} out of ${webhooks.length}`));
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(metrics).toContain('rehearsal');
    } finally {
      stack.child.kill('SIGINT');
      await stack.ended;
    }
  }, 60_000);
});

/** Until it has written this on either of its outputs. */
function heardFrom(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: string) => {
        if (String(text).includes(words)) resolve();
      });
    }
    child.on('close', () => reject(new Error(`it ended before it said '${words}'`)));
  });
}
