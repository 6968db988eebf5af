/** What went wrong on the way, if anything did: a line each, above the budgets. */
import type { RunResult } from '../result.ts';
import { count, type Paint } from './format.ts';

/** Counts that are 0 in a healthy run, and what they mean. */
const TROUBLES = [
  ['sendFailures', 'replies were not taken by the platform'],
  ['sendsUncertain', 'replies failed in a way that leaves open whether they went out'],
  ['receiptsFailed', 'messages were taken but not delivered, says the platform'],
  ['webhookRefusals', 'webhooks were refused (signature or format)'],
  ['webhookErrors', 'webhooks were not answered with success'],
  ['limitExceeded', "work items were kept out of their queue by the org's limits"],
  ['flowFailures', 'flows failed, and the fallback queue was used'],
  ['closedByLogout', 'open conversations lost their rep to a logout'],
  ['duplicates', 'messages came twice and were ignored'],
] as const;

/** Each trouble, with the channel that has most of it. */
export function troubleLines(result: RunResult, paint: Paint): string[] {
  const { counts, channels, invariants } = result;
  const broken = invariants.map((what) => paint('red', `  ✗ the router broke a rule: ${what}`));
  const lines = TROUBLES.filter(([name]) => counts[name] > 0).map(([name, what]) => {
    const [worst] = [...channels].sort((a, b) => b.counts[name] - a.counts[name]);
    const where = worst === undefined || channels.length < 2 ? '' : `, most on ${worst.channel}`;
    return paint('yellow', `  ! ${count(counts[name])} ${what}${where}`);
  });
  const all = [...broken, ...lines];
  return all.length === 0 ? [] : [paint('bold', 'Trouble'), ...all];
}
