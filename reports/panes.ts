/** The whole run and the windows of time that budgets look at, each with figures of its own. */
import type { Fact } from '../src/facts.ts';
import { type Budget, judge, thresholdsOf } from './budgets.ts';
import { createFigures, type Figures, type FiguresOptions } from './figures.ts';
import type { BudgetVerdict } from './result.ts';

export interface Panes {
  readonly whole: Figures;
  fold(fact: Fact): void;
  settle(horizonMs: number, endedAtMs: number): void;
  judge(budgets: readonly (Budget & { readonly line: number })[]): BudgetVerdict[];
}

export interface PanesOptions extends FiguresOptions {
  readonly baseline?: Readonly<Record<string, number>>;
}

export function createPanes(options: PanesOptions, budgets: readonly Budget[]): Panes {
  const thresholds = thresholdsOf(budgets);
  const whole = createFigures(options, thresholds);
  const windows = new Map<string, Figures>();
  for (const { window } of budgets) {
    if (window === undefined || windows.has(JSON.stringify(window))) continue;
    const own = { ...options, onLatency: undefined };
    windows.set(JSON.stringify(window), createFigures(own, thresholds, window));
  }
  const all = [whole, ...windows.values()];
  const { baseline } = options;
  return {
    whole,
    fold(fact) {
      for (const each of all) each.fold(fact);
    },
    settle(horizonMs, endedAtMs) {
      for (const each of all) each.settle(horizonMs, endedAtMs);
    },
    judge: (asked) =>
      judge(asked, {
        thresholds,
        rowsOf: (window) =>
          (window && windows.get(JSON.stringify(window)))?.parts.rows ?? whole.parts.rows,
        ...(baseline !== undefined && { baseline }),
      }),
  };
}
