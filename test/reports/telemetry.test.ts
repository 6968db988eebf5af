/** Results to collectors, over HTTP, as they take them. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOtlp } from '../../reports/telemetry/otlp.ts';
import { pushResult } from '../../reports/telemetry/pushgateway.ts';
import { EXIT } from '../../sim/exit-codes.ts';
import { makeFolder, rehearse } from '../sim/command.ts';
import { accepted, conversation, queued, summarise } from './build.ts';

interface Taken {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

let server: Server;
let url: string;
let taken: Taken[];
let status = 200;
beforeEach(async () => {
  taken = [];
  status = 200;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      taken.push({ method: request.method ?? '', path: request.url ?? '', body });
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const RESULT = summarise(
  [
    ...conversation(1, 200_000, 60_000, 'completed'),
    queued(1, 200_000),
    ...accepted(1, 200_000, 12_000, { rep: 'team-1' }),
  ],
  { budgets: [{ text: 'p95(speedToAnswer) < 30s', line: 1 }] },
);

describe('OpenTelemetry', () => {
  it('gets every number of the result, and how far the run was', async () => {
    const telemetry = createOtlp(url, 'monday');
    const progress = { reachedMs: 90_000, lastsMs: 1, facts: 1, arrived: 7, left: 3, waiting: 2 };
    telemetry.watch(() => progress);
    await telemetry.finish(RESULT);
    const [sent] = taken;
    expect(sent).toMatchObject({ method: 'POST', path: '/v1/metrics' });
    const { resource, scopeMetrics } = JSON.parse(sent?.body ?? '').resourceMetrics[0];
    expect(resource.attributes).toContainEqual({
      key: 'rehearsal.scenario',
      value: { stringValue: 'monday' },
    });
    const metrics = new Map<string, { asDouble: number; attributes: unknown[] }[]>(
      scopeMetrics[0].metrics.map((one: { name: string; gauge: { dataPoints: unknown } }) => [
        one.name,
        one.gauge.dataPoints,
      ]),
    );
    expect(metrics.get('rehearsal.progress.begun')?.[0]?.asDouble).toBe(7);
    expect(metrics.get('rehearsal.progress.reached')?.[0]?.asDouble).toBe(90);
    const p95 = metrics.get('rehearsal.latency')?.filter(({ attributes }) => {
      const text = JSON.stringify(attributes);
      return text.includes('speedToAnswer') && text.includes('p95') && attributes.length === 2;
    });
    expect(p95?.map(({ asDouble }) => asDouble)).toEqual([12]);
    expect(metrics.get('rehearsal.budget.kept')?.[0]?.asDouble).toBe(1);
  });

  it('rejects when nobody takes it', async () => {
    status = 400;
    await expect(createOtlp(url, 'monday').finish(RESULT)).rejects.toThrow();
  });
});

describe("Prometheus' Pushgateway", () => {
  it('gets them as its text, in a group of the scenario', async () => {
    await pushResult(url, RESULT);
    const [sent] = taken;
    expect(sent).toMatchObject({ method: 'PUT', path: '/metrics/job/rehearsal/scenario/monday' });
    const lines = sent?.body.split('\n') ?? [];
    expect(lines).toContain('rehearsal_latency{measure="speedToAnswer",statistic="p95"} 12');
    expect(lines).toContain('rehearsal_budget_kept{budget="p95(speedToAnswer) < 30s"} 1');
    expect(lines).toContain('# TYPE rehearsal_share gauge');
  });
});

describe('rehearse run', () => {
  it('sends to both, and is not spoilt by who does not listen', async () => {
    const folder = makeFolder();
    try {
      const args = ['run', folder.scenario(), '--quiet', '--out', folder.at('out')];
      const heard = await rehearse(...args, '--otlp', url, '--pushgateway', url);
      expect([heard.code, heard.err]).toEqual([EXIT.pass, '']);
      expect(taken.map(({ method }) => method).sort()).toEqual(['POST', 'PUT']);
      const nobody = 'http://127.0.0.1:9';
      const alone = await rehearse(...args, '--otlp', nobody, '--pushgateway', nobody);
      expect(alone.code).toBe(EXIT.pass);
      expect(alone.err).toContain('warning: --otlp did not take the result');
      expect(alone.err).toContain('warning: --pushgateway did not take the result');
      const wrong = await rehearse(...args, '--otlp', 'localhost:4318');
      expect([wrong.code, wrong.err]).toEqual([
        EXIT.usage,
        expect.stringContaining('--otlp takes'),
      ]);
    } finally {
      folder.remove();
    }
  });
});
