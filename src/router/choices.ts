/**
 * The numbered choices for what Salesforce's documents leave open (fact sheet omni-channel 5): the
 * router says when one decided something, results count it. What they mean in words is
 * `reports/decisions.ts`.
 */
import type { PendingRouting } from './work.ts';

export type ChoiceName =
  | 'C1'
  | 'C2'
  | 'C4'
  | 'C5'
  | 'C7'
  | 'C8'
  | 'C9'
  | 'C11'
  | 'C13'
  | 'C14'
  | 'C15'
  | 'C16'
  | 'C17'
  | 'C18'
  | 'C19'
  | 'C20'
  | 'C22'
  | 'C23'
  | 'C24'
  | 'C25';

/** Says that a choice decided something about an item. */
export type Decide = (choice: ChoiceName, item: Pick<PendingRouting, 'workId'>) => void;
