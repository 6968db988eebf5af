/** `rehearse export k6`: what it writes, and the real k6 with it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COARSE, createHistogram, encode, recordMs } from '../../../reports/histogram.ts';
import { EXIT } from '../../../sim/exit-codes.ts';
import { thresholdsOf } from '../../../sim/k6/export-thresholds.ts';
import { testRun } from '../../../sim/k6/operator.ts';
import { busiestOf, type Recording } from '../../../sim/k6/recording.ts';
import { shippedText } from '../../../sim/shipped.ts';
import {
  type Change,
  type Folder,
  freePort,
  heardFrom,
  makeFolder,
  rehearse,
  start,
} from '../command.ts';
import { exported, K6, runK6, type Sink, startSink, typeErrors } from './lab.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

describe('a recording', () => {
  it('is of the channels whose webhooks can be sent again, in order', async () => {
    const { at, webhooks } = await exported(folder, 'http://127.0.0.1:1');
    expect(webhooks.length).toBeGreaterThan(10);
    const times = webhooks.map(({ at: time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(webhooks.map(({ path }) => path.slice(0, 10)))).toEqual(new Set(['/webhooks/']));
    const recording = JSON.parse(readFileSync(join(at, 'recording.json'), 'utf8'));
    expect(recording).toMatchObject({
      scenario: { name: 'tiny' },
      count: webhooks.length,
      lastAtMs: times.at(-1),
      channels: ['sms-main'],
      budgets: [{ text: 'serviceLevel(60s) >= 1%' }],
    });
  });

  it('is whole, though a budget would end a run early', async () => {
    const hopeless: Change = [
      '- serviceLevel(60s) >= 1%',
      "- { budget: 'serviceLevel(60s) > 100%', abortAfter: 1s }",
    ];
    const { webhooks } = await exported(folder, 'http://127.0.0.1:1', [hopeless]);
    expect(webhooks.at(-1)?.at).toBeGreaterThan(5 * 60_000);
  });

  it('is for an address without a path: the stack has its own', async () => {
    const at = ['--out', folder.at('path'), '--target', 'http://127.0.0.1:1/stack'];
    const { code, err } = await rehearse('export', 'k6', folder.scenario(), ...at);
    expect([code, err]).toEqual([EXIT.usage, expect.stringContaining('without a path')]);
  });

  it('is refused where there is none', async () => {
    const out = folder.at('none');
    const { code, err } = await rehearse('export', 'k6', folder.scenario(), '--out', out);
    expect([code, err]).toEqual([EXIT.invalidInput, expect.stringContaining('no webhooks')]);
  });

  it('knows its busiest second', () => {
    const at = (ms: number) => ({ at: ms });
    expect(busiestOf([at(0), at(5000), at(9000)])).toBe(1);
    expect(busiestOf([0, 100, 999, 1000, 1001].map(at))).toBe(4);
  });
});

const BASE = {
  rehearsal_webhooks: ['count>0'],
  http_req_failed: ['rate<0.01'],
  dropped_iterations: ['count==0'],
  rehearsal_lateness: ['p(99)<250'],
};

describe('thresholds', () => {
  const of = (...texts: readonly string[]) =>
    thresholdsOf(
      texts.map((text) => ({ text })),
      ['sms-main'],
    );

  it('are the budgets that k6 can judge, each with a guard against silence', () => {
    expect(
      of(
        'p95(webhookAck) < 200ms where channel = sms-main',
        'p99.9(webhookAck) < 1s where channel = sms-main',
        'mean(webhookAck) <= 50ms',
        'webhookRefusals < 2%',
      ),
    ).toEqual({
      ...BASE,
      'rehearsal_webhooks{channel:sms-main}': ['count>0'],
      'rehearsal_service{channel:sms-main}': ['p(95)<200', 'p(99.9)<1000'],
      rehearsal_service: ['avg<=50'],
      rehearsal_refusals: ['rate<0.02'],
    });
  });

  it('leave out what k6 does not see, or a part of the machines only', () => {
    expect(
      of(
        'p95(speedToAnswer) < 30s',
        'count(webhooks) >= 100',
        'p95(webhookAck) < 200ms between 1m and 2m',
        'p95(webhookAck) <= baseline + 10%',
        'p95(webhookAck) < 200ms where channel = web-main',
      ),
    ).toEqual(BASE);
  });
});

describe('the script', () => {
  it('is typed, and no line is wider than a screen', async () => {
    const { at } = await exported(folder, 'http://127.0.0.1:1');
    expect(typeErrors(at)).toBe('');
    const text = readFileSync(join(at, 'rehearsal.ts'), 'utf8');
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(text).not.toContain('{{');
    writeFileSync(join(at, 'rehearsal.ts'), text.replace('rate: LANES', "rate: 'many'"));
    expect(typeErrors(at), 'the types are those of k6').toMatch(/'string'.*'number'/s);
  }, 60_000);

  it('counts into the buckets of results', () => {
    const text = shippedText('k6/rehearsal.ts.txt');
    const code = stripTypeScriptTypes(text.slice(text.indexOf('const PRECISION')));
    const histogramOf: (values: readonly number[]) => { n: number; cells: number[] } = new Function(
      `${code}; return histogramOf;`,
    )();
    const durations = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
      minLength: 1,
      maxLength: 100,
    });
    fc.assert(
      fc.property(durations, (values) => {
        const expected = createHistogram(COARSE);
        for (const value of values) recordMs(expected, value);
        const { cells, ...rest } = histogramOf(values);
        let index = 0;
        const absolute = cells.map((value, i) => {
          if (i % 2 === 0) index += value;
          return i % 2 === 0 ? index : value;
        });
        expect({ ...rest, cells: absolute, precision: COARSE }).toEqual(encode(expected));
      }),
    );
  });
});

describe('the manifest for k6-operator', () => {
  it('is a TestRun of so many runners that keep their logs', async () => {
    const { at } = await exported(folder, 'http://stack:4000', [], ['--machines', '7']);
    const { apiVersion, kind, metadata, spec } = parse(
      readFileSync(join(at, 'testrun.yaml'), 'utf8'),
    );
    expect({ apiVersion, kind, metadata }).toEqual({
      apiVersion: 'k6.io/v1alpha1',
      kind: 'TestRun',
      metadata: { name: 'rehearsal-tiny' },
    });
    expect(spec).toEqual({
      parallelism: 7,
      separate: false,
      script: { configMap: { name: 'rehearsal-tiny', file: 'rehearsal.ts' } },
      arguments: '-e TARGET=http://stack:4000 -e SPEED=1',
      runner: {
        image: expect.stringMatching(/^grafana\/k6:2\.\d+\.\d+$/),
        resources: { requests: { cpu: '1', memory: '512Mi' }, limits: { memory: '2Gi' } },
      },
    });
    const guide = readFileSync(join(at, 'README.md'), 'utf8');
    for (const file of ['rehearsal.ts', 'webhooks.json', 'recording.json']) {
      expect(guide).toContain(`--from-file=${file}`);
    }
    expect(guide).toContain('kubectl logs -l k6_cr=rehearsal-tiny,runner=true --tail=-1');
  });

  it('has a volume for what is too large for a ConfigMap', () => {
    const recording = { scenario: { name: 'A_big.one-' }, machines: 2, target: 'http://x' };
    const { metadata, spec } = parse(testRun(recording as Recording, 5_000_000));
    const name = 'rehearsal-a-big-one';
    expect(metadata).toEqual({ name });
    expect(spec.script).toEqual({ volumeClaim: { name, file: 'rehearsal.ts', readOnly: true } });
  });
});

describe.skipIf('missing' in K6)('the real k6', () => {
  let sink: Sink;
  afterEach(() => sink?.close());

  it('fails when webhooks are refused, and when a budget is missed', async () => {
    sink = await startSink(() => ({ status: 403, delayMs: 60 }));
    const budget: readonly [string, string] = [
      'serviceLevel(60s) >= 1%',
      'p95(webhookAck) < 50ms where channel = sms-main',
    ];
    const { at } = await exported(folder, sink.url, [budget]);
    const { code, out } = await runK6(at, '-e', 'SPEED=500');
    expect(code).toBe(99);
    expect(out).toContain("✗ 'rate<0.01'");
    expect(out).toMatch(/rehearsal_service\{channel:sms-main\}\s+✗ 'p\(95\)<50'/);
  });

  it('is answered by the real stack, signatures and all', async () => {
    const port = await freePort();
    const org = folder.at('org.yaml');
    const stack = start(['stack', org, '--port', String(port)]);
    try {
      await heardFrom(stack.child, 'Ctrl-C');
      const { at, webhooks } = await exported(folder, `http://127.0.0.1:${port}`);
      const { code, out } = await runK6(at, '-e', 'SPEED=500');
      expect([code, out]).toEqual([0, out]);
      expect(out).toMatch(new RegExp(`http_req_failed\\.+: 0\\.00% +0 out of ${webhooks.length}`));
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(metrics).toContain('rehearsal');
    } finally {
      stack.child.kill('SIGINT');
      await stack.ended;
    }
  }, 60_000);
});
