import { expect, it } from 'vitest';
import { renderSummary } from '../../reports/console/summary.ts';
import type { Fact } from '../../src/facts.ts';
import { accepted, conversation, options, queued, summarise } from './build.ts';

const [CHANNEL = ''] = options().channels;

const sendFailed = (definite: boolean): Fact => ({
  type: 'sendFailed',
  at: 500_000,
  channel: CHANNEL,
  session: 'S1',
  failure: 'platformError',
  code: '500',
  definite,
});

it('shows what went wrong, how often, and where most', () => {
  const facts = [...conversation(1, 400_000, 5_000, 'abandoned'), sendFailed(true)];
  const text = renderSummary(summarise([...facts, sendFailed(false)]), { colour: false });
  expect(text).toContain('Trouble\n');
  expect(text).toMatch(/! 1 replies were not taken by the platform/);
  expect(text).toMatch(/! 1 replies failed in a way that leaves open/);
  expect(text).not.toContain('twice');
});

it('says nothing of trouble in a run that had none', () => {
  const result = summarise(conversation(1, 400_000, 5_000, 'completed'));
  expect(renderSummary(result, { colour: false })).not.toContain('Trouble');
});

it('fails a run whose router broke a rule, and names the rule, whatever the budgets say', () => {
  const result = summarise([
    queued(1, 400_000),
    ...accepted(1, 400_000, 5000),
    ...accepted(1, 400_000, 5000),
  ]);
  expect(result.verdict).toBe('fail');
  const text = renderSummary(result, { colour: false });
  expect(text).toMatch(
    /✗ the router broke a rule: at 405000 ms: w1 was pushed to ann, but does not wait/,
  );
  expect(text).toMatch(/FAIL {2}the router broke its own rules\n/);
});
