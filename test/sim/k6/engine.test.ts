/** `rehearse run --engine k6`, by the real k6. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../sim/exit-codes.ts';
import { startK6 } from '../../../sim/k6/engine.ts';
import { respond } from '../../../src/http.ts';
import { serve } from '../../../src/server.ts';
import { type Change, type Folder, makeFolder, rehearse, start } from '../command.ts';
import { K6, ONE_WORD, typeErrors } from './lab.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

const WIRED: Change = ['wire: false', 'wire: true'];
const REAL = ['--clock', 'real', '--quiet'];
const BY_K6 = [...REAL, '--engine', 'k6'];

/** So many customers a second for so long, who say a word and are gone. */
function oneWord(rate: string, lasts: string, ...more: readonly Change[]): string {
  const times: Change = ['lasts: 10m', `lasts: ${lasts}\ndrain: 2s`];
  return folder.scenario(
    WIRED,
    ...ONE_WORD,
    ['poisson: 60/h', `constant: ${rate}`],
    times,
    ...more,
  );
}

describe.skipIf('missing' in K6)('the real k6 as the sender of a run', () => {
  const file = 'file' in K6 ? K6.file : '';

  it('drives whole conversations on the real clock, with the counts of virtual time', async () => {
    const scenario = join(import.meta.dirname, '../../fixtures/scenarios/parity.yaml');
    const points = folder.at('points.json');
    const counts = async (name: string, ...args: readonly string[]) => {
      const out = folder.at(name);
      const ran = await rehearse('run', scenario, '--quiet', '--out', out, ...args);
      expect([ran.code, ran.err]).toEqual([EXIT.pass, '']);
      return folder.result(name);
    };
    const [virtual, real] = [
      await counts('virtual'),
      await counts('by-k6', ...BY_K6, '--speed', '20', '--k6Out', `json=${points}`),
    ];
    expect(real.counts).toEqual(virtual.counts);
    expect(real.conversations).toEqual(virtual.conversations);
    expect(virtual.generator).toBeUndefined();
    const { generator } = real;
    expect(generator).toMatchObject({ name: 'k6', saturated: false, droppedIterations: 0 });
    expect(generator?.sent).toBe(virtual.counts.webhooks);
    // Service time is with connecting.
    expect(generator?.service.p95).toBeGreaterThanOrEqual(generator?.http?.duration?.p95 ?? 1);
    expect(generator?.sinceDue.p95).toBeGreaterThanOrEqual(generator?.service.p95 ?? 0);
    expect(generator?.thresholds?.every(({ ok }) => ok)).toBe(true);
    // Our measures are in k6's own outputs, each as often as in the result.
    const of = (metric: string) =>
      readFileSync(points, 'utf8').split(`"metric":"${metric}","type":"Point"`).length - 1;
    expect(of('rehearsal_speed_to_answer')).toBe(real.latencies.speedToAnswer?.n);
    expect(of('rehearsal_webhook_to_reply')).toBe(real.latencies.webhookToReply?.n);
    // The script it ran is kept: typed, and no line wider than a screen.
    expect(typeErrors(folder.at('by-k6', 'k6'))).toBe('');
    const script = readFileSync(folder.at('by-k6', 'k6', 'rehearsal.ts'), 'utf8');
    expect(script.split('\n').filter((line) => line.length > 100)).toEqual([]);
  }, 90_000);

  it('judges budgets as thresholds, and takes no samples for no pass', async () => {
    const budgets = `- p95(webhookAck) < 10s where channel = sms-main
  - p95(webhookAck) < 0.001ms
  - mean(firstReply) < 1h`;
    const scenario = oneWord('5/s', '1s', ['- serviceLevel(60s) >= 1%', budgets]);
    const out = folder.at('thresholds');
    const { code } = await rehearse('run', scenario, ...BY_K6, '--out', out);
    expect(code).toBe(EXIT.budgetMissed);
    const { generator, budgets: judged } = folder.result('thresholds');
    expect(judged.map(({ ok }) => ok)).toEqual([true, false, false]);
    const said = generator?.thresholds?.map(({ metric, condition, ok }) => [metric, condition, ok]);
    expect(said).toEqual(
      expect.arrayContaining([
        ['rehearsal_webhook_ack{channel:sms-main}', 'p(95)<10000', true],
        ['rehearsal_webhook_ack', 'p(95)<0.001', false],
        ['rehearsal_first_reply', 'avg<3600000', true],
        ['rehearsal_measured{measure:firstReply}', 'count>0', false],
      ]),
    );
  }, 60_000);

  /** A k6 to which something is done four seconds after it was started. */
  const k6That = (name: string, what: string) => {
    const path = folder.at(name);
    const lines = [
      ...['#!/bin/sh', `[ "$1" = version ] && exec ${file} version`, `${file} "$@" &`],
      ...['pid=$!', `(sleep 4; ${what}) &`, 'wait $pid', ''],
    ];
    writeFileSync(path, lines.join('\n'));
    chmodSync(path, 0o755);
    return { REHEARSE_K6: path };
  };

  it('that can not keep up makes no pass', async () => {
    const out = folder.at('slow');
    const slow = k6That('slow-k6', 'kill -STOP $pid; sleep 1.5; kill -CONT $pid');
    const run = ['run', oneWord('20/s', '8s'), ...BY_K6, '--out', out];
    // K6's variables change what its summary has, but nothing here.
    const env = { ...slow, K6_SUMMARY_TREND_STATS: 'avg,max', K6_SUMMARY_MODE: 'disabled' };
    const { code, out: said } = await start(run, undefined, env).ended;
    expect(code).toBe(EXIT.budgetMissed);
    const { partial, verdict, generator } = folder.result('slow');
    expect([partial, verdict]).toEqual([expect.stringMatching(/^generator saturated: /), verdict]);
    expect(verdict).not.toBe('pass');
    expect(generator).toMatchObject({ sent: 160, saturated: true });
    expect(said).toContain('generator saturated');
  }, 60_000);

  it('needs a folder for its script', async () => {
    const out = folder.at('no-folder');
    mkdirSync(out);
    writeFileSync(join(out, 'k6'), '');
    const { code, err } = await rehearse('run', oneWord('1/s', '1s'), ...BY_K6, '--out', out);
    expect(code).toBe(EXIT.cannotWrite);
    expect(err).toMatch(/^rehearse: the script of k6 can't be written: /);
  });

  it('that dies ends the run, and what was seen is kept', async () => {
    const out = folder.at('dead');
    const dying = k6That('dying-k6', 'kill -KILL $pid');
    const run = ['run', oneWord('20/s', '30s'), ...BY_K6, '--out', out];
    const { code, err } = await start(run, undefined, dying).ended;
    expect(code).toBe(EXIT.generator);
    expect(err).toContain('k6 left no summary');
    const { partial, verdict, conversations } = folder.result('dead');
    expect([partial, verdict]).toEqual(['k6 has ended before the run did', 'partial']);
    expect(conversations.arrived).toBeGreaterThan(10);
    expect(conversations.arrived).toBeLessThan(300);
  }, 60_000);

  it('ends with the run at Ctrl-C, and says what it has measured until then', async () => {
    const out = folder.at('stopped');
    const { child, ended } = start(['run', oneWord('20/s', '60s'), ...BY_K6, '--out', out]);
    setTimeout(() => child.kill('SIGINT'), 6000);
    const { code, err } = await ended;
    expect([code, err]).toEqual([EXIT.interrupted, '']);
    const { partial, generator } = folder.result('stopped');
    expect(partial).toBe('interrupted');
    expect(generator?.sent).toBeGreaterThan(10);
    const left = spawnSync('pgrep', ['-f', folder.at('stopped')], { encoding: 'utf8' });
    expect(left.stdout.trim()).toBe('');
  }, 60_000);

  it('has its clock compared with ours', async () => {
    const ahead = 5000;
    const stack = await serve(async () => respond(200), { name: 'stack', port: 0 });
    const k6 = await startK6({
      ...{ named: file, vus: 2, lastsMs: 10_000, budgets: [], outputs: [] },
      now: () => Date.now() + ahead,
    });
    const transport = k6.transport('sms-main', () => 0);
    const request = { method: 'POST', url: `${stack.url}/x`, headers: {}, body: Buffer.from('hi') };
    for (let i = 0; i < 20; i += 1) expect((await transport.send(request)).status).toBe(200);
    const { clock, lateness, sent } = await k6.finish();
    await stack.close();
    expect(sent).toBe(20);
    expect(Math.abs((clock?.offsetMs ?? 0) - ahead)).toBeLessThanOrEqual(clock?.uncertaintyMs ?? 0);
    expect(lateness.p50).toBeLessThan(1000);
  }, 60_000);
});

describe('a run that sends its webhooks itself', () => {
  it('makes no pass either when it can not keep up', async () => {
    const out = folder.at('paused');
    const { child, ended } = start(['run', oneWord('20/s', '8s'), ...REAL, '--out', out]);
    setTimeout(() => child.kill('SIGSTOP'), 4000);
    setTimeout(() => child.kill('SIGCONT'), 6000);
    const { code } = await ended;
    expect(code).toBe(EXIT.budgetMissed);
    const { partial, generator } = folder.result('paused');
    expect(partial).toMatch(/^generator saturated: it was \d+ ms late/);
    expect(generator).toMatchObject({ name: 'rehearsal', sent: 160, saturated: true });
  }, 60_000);

  it('says how well it has kept up', async () => {
    const out = folder.at('paced');
    const { code } = await rehearse('run', oneWord('20/s', '2s'), ...REAL, '--out', out);
    expect(code).toBe(EXIT.pass);
    const { generator, counts } = folder.result('paced');
    expect(generator).toMatchObject({ name: 'rehearsal', sent: counts.webhooks, saturated: false });
    expect(generator?.sinceDue.p95).toBeGreaterThanOrEqual(generator?.service.p95 ?? 0);
  });
});

describe('without k6', () => {
  it('says how to install it', async () => {
    const scenario = folder.scenario(WIRED);
    const missing = { REHEARSE_K6: '/nowhere/k6' };
    const args = ['run', scenario, '--clock', 'real', '--engine', 'k6'];
    const { code, err } = await start(args, undefined, missing).ended;
    expect(code).toBe(EXIT.generator);
    expect(err).toContain('REHEARSE_K6=/nowhere/k6 does not run. Install it:');
    expect(err).toContain('npm run setup:k6');
  });

  it('is asked for on the real clock only', async () => {
    const { code, err } = await rehearse('run', folder.scenario(), '--engine', 'k6');
    expect([code, err]).toEqual([EXIT.usage, expect.stringContaining('needs --clock real')]);
  });
});
