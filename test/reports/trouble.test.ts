import { expect, it } from 'vitest';
import { renderSummary } from '../../reports/console/summary.ts';
import type { Fact } from '../../src/facts.ts';
import { conversation, options, summarise } from './build.ts';

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
