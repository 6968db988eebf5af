/** The answer of `rehearse staff`: what was tried, what is enough, what theory would have said. */
import type { BudgetVerdict } from '../result.ts';
import { count, duration, inUnit, percent } from './format.ts';
import { table } from './table.ts';

export interface StaffingRow {
  readonly number: number;
  /** With confidence. */
  readonly isMet: boolean;
  readonly budget: BudgetVerdict;
  readonly occupancy: number | undefined;
}

export interface Staffing {
  readonly target: string;
  readonly vary: string;
  readonly now: number;
  readonly most: number;
  readonly replications: number;
  /** Nothing: not even `most` is enough. */
  readonly found: number | undefined;
  readonly rows: readonly StaffingRow[];
  readonly theory?: {
    readonly model: string;
    readonly number: number | undefined;
    readonly perHour: number;
    readonly handleMs: number;
    readonly patienceMs: number | undefined;
    readonly ignores: readonly string[];
  };
}

export function renderStaffing(staffing: Staffing): string {
  const { target, vary, now, most, replications, found, rows, theory } = staffing;
  const { head, body } = table({
    heads: [vary, 'measured', 'half-width', 'occupancy', 'met'],
    rows: rows.map(({ number, isMet, budget, occupancy }) => [
      count(number),
      inUnit(budget.measured, budget.unit),
      `± ${inUnit(budget.halfWidth ?? null, budget.unit).replace('%', ' points')}`,
      percent(occupancy),
      isMet ? 'yes' : budget.ok ? 'not certain' : 'no',
    ]),
  });
  const answer =
    found === undefined
      ? `Not met: even ${count(most)} is not enough.`
      : `${vary} = ${count(found)} is the smallest that meets it (now ${count(now)}).`;
  return [
    `Target: ${target}; ${replications} replications of each, the same customers in all`,
    '',
    ...head,
    ...body,
    '',
    answer,
    ...(theory === undefined ? [] : theoryLines(theory, found)),
    '',
  ].join('\n');
}

function theoryLines(theory: NonNullable<Staffing['theory']>, found: number | undefined): string[] {
  const { model, number, perHour, handleMs, patienceMs, ignores } = theory;
  const patience = patienceMs === undefined ? '' : `, patience ${duration(patienceMs)}`;
  const given = `${perHour.toFixed(1)} an hour, handle time ${duration(handleMs)}${patience}`;
  const says = number === undefined ? 'no number that was tried' : count(number);
  const same = number === found ? ', as simulated' : '';
  return [
    `${model} says ${says}${same}: ${given}.`,
    ...(ignores.length === 0 ? [] : ['It leaves out:', ...ignores.map((text) => `  - ${text}`)]),
  ];
}
