/**
 * JUnit XML as GitLab, Jenkins and GitHub's actions read it: a test case for each budget and for
 * each step of a script that awaits something. A broken budget is a failure, no data an error.
 */
import { count, duration, inUnit, points } from '../console/format.ts';
import { createFileReporter, type Reporter } from '../reporter.ts';
import type { BudgetVerdict, RunResult } from '../result.ts';

export function createJunitReporter(directory: string): Reporter {
  return createFileReporter('junit', directory, 'junit.xml', renderJunit);
}

type Kind = 'failure' | 'error' | 'skipped';

interface Case {
  readonly name: string;
  readonly group: string;
  readonly line: number;
  readonly outcome?: {
    readonly kind: Kind;
    readonly message: string;
    readonly text: string;
  };
  readonly out: string;
}

export function renderJunit(result: RunResult): string {
  const { notJudged = [] } = result;
  const cases = [
    ...result.budgets.map((budget) => budgetCase(budget, result)),
    ...notJudged.map(skippedCase),
    ...result.expectations.map((one) => expectationCase(one)),
    ...runCases(result),
  ];
  const of = (kind: Kind) => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  const wallMs = Number(result.meta.wallMs ?? 0);
  const sums =
    `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" ` +
    `skipped="${of('skipped')}" time="${(wallMs / 1000).toFixed(3)}"`;
  const { name } = result.scenario;
  const began = String(result.meta.startedAt ?? result.period.startsAt).slice(0, 19);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rehearsal" ${sums}>`,
    `  <testsuite name="${xml(name)}" ${sums} timestamp="${began}">`,
    ...cases.map((one) => render(one, result)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function budgetCase(budget: BudgetVerdict, { scenario }: RunResult): Case {
  const { text, ok, measured, bound, unit, margin, halfWidth, n, line, reason } = budget;
  const sure = halfWidth === undefined ? '' : ` ± ${points(halfWidth, unit)}`;
  const found = measured === null ? (reason ?? 'no data') : `${inUnit(measured, unit)}${sure}`;
  const out = `measured ${found}, bound ${inUnit(bound, unit)}, n ${count(n)}`;
  const base = { name: text, group: 'budgets', line, out };
  if (ok) return base;
  if (measured === null) {
    return { ...base, outcome: { kind: 'error', message: found, text: found } };
  }
  const missed = margin === null ? '' : `, misses it by ${points(Math.abs(margin), unit)}`;
  const message = `measured ${found}, bound ${inUnit(bound, unit)}${missed}`;
  const where = `${scenario.file}:${line}`;
  return { ...base, outcome: { kind: 'failure', message, text: `${text}\n${message}\n${where}` } };
}

function skippedCase({ text, line, reason }: NonNullable<RunResult['notJudged']>[number]): Case {
  const outcome = { kind: 'skipped', message: reason, text: reason } as const;
  return { name: text, group: 'budgets', line, outcome, out: reason };
}

/** Customers may give up and be served too late: only what nobody got is a failure. */
function expectationCase(one: RunResult['expectations'][number]): Case {
  const { script, step, what, line, arrived, missed } = one;
  const out = `${count(missed)} of ${count(arrived)} conversations missed it`;
  const base = { name: `${script}, step ${step}: ${what}`, group: 'expectations', line, out };
  if (arrived === 0 || missed < arrived) return base;
  const message = `nobody got it: ${out}`;
  return { ...base, outcome: { kind: 'failure', message, text: message } };
}

/** That the run came to its end, and the router kept its rules. */
function runCases({ partial, invariants, period }: RunResult): readonly Case[] {
  const ended = { name: 'the run comes to its end', group: 'run', line: 1 };
  const rules = { name: 'the router keeps its own rules', group: 'run', line: 1 };
  const text = invariants.join('\n');
  return [
    {
      ...ended,
      out: `ended after ${duration(period.endedAtMs)}`,
      ...(partial !== undefined && {
        outcome: { kind: 'error', message: `not whole: ${partial}`, text: `not whole: ${partial}` },
      }),
    },
    {
      ...rules,
      out: 'no work lost, none at two reps, capacity and skills kept',
      ...(invariants.length > 0 && {
        outcome: { kind: 'failure', message: invariants[0] ?? '', text },
      }),
    },
  ];
}

function render({ name, group, line, outcome, out }: Case, { scenario }: RunResult): string {
  const className = `${xml(scenario.name)}.${group}`;
  const place = `file="${xml(scenario.file)}" line="${line}"`;
  const failed =
    outcome === undefined
      ? []
      : [
          `      <${outcome.kind} message="${xml(outcome.message)}" type="${group}">` +
            `${xml(outcome.text)}</${outcome.kind}>`,
        ];
  return [
    `    <testcase classname="${className}" name="${xml(name)}" time="0" ${place}>`,
    ...failed,
    `      <system-out>${xml(out)}</system-out>`,
    '    </testcase>',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' },
};

/** Control characters are no XML at all, escaped or not. */
function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
    .replaceAll('\n', '&#10;');
}
