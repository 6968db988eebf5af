/** What came of a sweep: measures at each point of a grid, with their intervals. */
import type { BudgetVerdict } from './result.ts';

export interface Sweep {
  readonly scenario: string;
  readonly replications: number;
  /** What was varied, each with the values it had. */
  readonly axes: readonly SweepAxis[];
  /** As the user wrote them: `serviceLevel(20s)`. */
  readonly measures: readonly string[];
  readonly points: readonly SweepPoint[];
}

export interface SweepAxis {
  readonly name: string;
  readonly values: readonly string[];
}

export interface SweepPoint {
  /** A value of each axis. */
  readonly at: readonly string[];
  /** One of each measure. */
  readonly seen: readonly SweepValue[];
  /** Whether the scenario's own budgets are kept; absent: it has none. */
  readonly isKept?: boolean;
}

export interface SweepValue {
  /** Null without data. Shares from 0 to 1, times in ms. */
  readonly value: number | null;
  /** Of the 95 % confidence interval; null without data. */
  readonly halfWidth: number | null;
  readonly unit: BudgetVerdict['unit'];
}
