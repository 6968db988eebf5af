/** Who sent the webhooks, and results of stacks that are not ours: on the terminal and the page. */
import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../reports/console/summary.ts';
import { renderHtml } from '../../reports/html/html.ts';
import { type RunResult, runResultSchema } from '../../reports/result.ts';
import { summarise } from './build.ts';

const of = (p50: number, p99: number) => ({ p50, p95: p99 - 1, p99, max: p99 + 1 });
const generator: RunResult['generator'] = {
  ...{ name: 'k6', version: '2.2.0', vus: 4, sent: 1200, saturated: false },
  ...{ lateness: of(1, 5), sinceDue: of(9, 41), service: of(8, 31), director: of(0, 3) },
  ...{ http: { waiting: of(7, 21) }, failed: 0.01, droppedIterations: 0, onTheirWay: 3 },
  clock: { offsetMs: 12, uncertaintyMs: 1, driftMs: 0 },
  thresholds: [
    { metric: 'rehearsal_webhooks', condition: 'count>0', ok: true },
    { metric: 'rehearsal_first_reply', condition: 'p(95)<1', ok: false },
  ],
};
const result: RunResult = { ...summarise([]), clock: 'real', generator };

describe('the sender of webhooks', () => {
  it('has a place in results', () => {
    expect(runResultSchema.parse(result)).toEqual(result);
  });

  it('is told of on the terminal, by response and service time', () => {
    expect(renderSummary(result, { colour: false })).toContain(
      'k6 2.2.0 sent 1,200 webhooks, p99 5.0 ms late; answered 40 ms after due, 30 ms after sent',
    );
  });

  it('is told of on the page, its clock and thresholds too', () => {
    const page = renderHtml(result).replaceAll(/\s+/g, ' ');
    expect(page).toContain('k6 2.2.0, 4 VUs: 1,200 webhooks, 12 failed.');
    expect(page).toContain('Its clock and ours were 12 ms apart, within 1.0 ms.');
    for (const [what, p95] of [
      ['response time', '40 ms'],
      ['service time', '30 ms'],
      ['http_req_waiting', '20 ms'],
    ]) {
      expect(page).toMatch(new RegExp(`${what}</td><td>[^<]*</td> <td>${p95}</td>`));
    }
    expect(page).toContain('1 of 2 held');
    expect(page).toContain('✗ crossed');
  });

  it('that could not keep up is said so', () => {
    const page = renderHtml({ ...result, generator: { ...generator, saturated: true } });
    expect(page).toContain('It could not keep up: its lateness is in every figure.');
  });
});

describe('a stack that is not ours', () => {
  const outside = summarise([], { queues: [], reps: [] });
  const target: RunResult = { ...outside, clock: 'real', target: 'our-bot' };

  it('is named, and nothing is told of an inside that nobody has seen', () => {
    const text = renderSummary(target, { colour: false });
    expect(text).toContain('real time against our-bot, seed 7');
    expect(text).not.toMatch(/^(?:Queue|Reps) /m);
    const page = renderHtml(target);
    expect(page).toContain('against our-bot');
    expect(page).not.toContain('By pool');
    expect(page).not.toContain('id="backlog"');
    expect(renderHtml(result)).toContain('By pool');
  });
});
