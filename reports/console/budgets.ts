/** Budgets and the verdict as lines of text. */
import type { BudgetVerdict, RunResult } from '../result.ts';
import { count, countOf, inUnit, type Paint, plain, points, shorten, width } from './format.ts';

const TEXT_COLUMNS = 56;
const REASON_COLUMNS = 96;

/** Per budget: mark, text (the bound is in it), what was measured, the margin; why if no data. */
export function budgetLines({ budgets, notJudged = [] }: RunResult, paint: Paint): string[] {
  if (budgets.length + notJudged.length === 0) return [];
  const texts = budgets.map(({ text }) => plain(text).trim());
  const columns = Math.min(TEXT_COLUMNS, Math.max(...texts.map(width)));
  const lines = budgets.flatMap((budget, i) => {
    const text = shorten(texts[i] ?? '', REASON_COLUMNS);
    const mark = budget.ok ? paint('green', '✓') : paint('red', '✗');
    const sure = certainty(budget);
    const found =
      `${inUnit(budget.measured, budget.unit).padStart(10)}${sure}  ${margin(budget)}`.trimEnd();
    const why = budget.reason?.replace(/^no data: /, '');
    const reason = why === undefined ? [] : [`    ${shorten(plain(why), REASON_COLUMNS)}`];
    if (width(text) > columns) {
      return [`  ${mark} ${text}`, `    ${' '.repeat(columns)}  ${found}`, ...reason];
    }
    return [`  ${mark} ${text}${' '.repeat(columns - width(text))}  ${found}`, ...reason];
  });
  const others = notJudged.flatMap(({ text, reason }) => [
    `  - ${shorten(plain(text).trim(), REASON_COLUMNS)}`,
    `    ${shorten(plain(reason), REASON_COLUMNS)}`,
  ]);
  return [paint('dim', 'Budgets'), ...lines, ...others.map((line) => paint('yellow', line))];
}

export function verdictLine(result: RunResult, paint: Paint): string[] {
  const { verdict, partial, budgets, invariants, notJudged = [] } = result;
  const broken = budgets.filter(({ ok }) => !ok).length;
  const cut = partial === undefined ? '' : `; the run is not whole: ${plain(partial)}`;
  const of = countOf(budgets.length, 'budget');
  if (verdict === 'fail') {
    const rules = invariants.length > 0 ? 'the router broke its own rules' : undefined;
    const missed =
      broken > 0 || rules === undefined ? `${count(broken)} of ${of} broken` : undefined;
    const why = [missed, rules].filter((reason) => reason !== undefined).join('; ');
    return [paint('red', `FAIL  ${why}${cut}`)];
  }
  const open = notJudged.length === 0 ? '' : `, ${count(notJudged.length)} not judged`;
  const kept = `${budgets.length === 0 ? 'no budgets' : `${of} kept`}${open}`;
  if (verdict === 'partial') return [paint('yellow', `PARTIAL  ${kept}${cut}`)];
  return [paint('green', `PASS  ${kept}`)];
}

/** Over replications: half of the interval, and whether the bound is within it. */
function certainty({ halfWidth, margin: room, unit }: BudgetVerdict): string {
  if (halfWidth === undefined) return '';
  const isOpen = room !== null && Math.abs(room) < halfWidth;
  return ` ± ${points(halfWidth, unit)}${isOpen ? ', not certain' : ''}`;
}

function margin({ margin: room, unit, ok, bound }: BudgetVerdict): string {
  if (room === null) return '';
  if (ok) return room === 0 ? '' : `${points(room, unit)} to spare`;
  return `misses ${inUnit(bound, unit)} by ${points(Math.abs(room), unit)}`;
}
