/**
 * What was decided by a choice of ours, because Salesforce's documents leave the point open: how
 * often, and in which words. The numbers are those of the fact sheet.
 */
import type { Fact } from '../src/facts.ts';

type ChoiceName = Extract<Fact, { type: 'decided' }>['choice'];

export const CHOICES = {
  C1: 'auto-accept is on if the service channel or the presence configuration says so',
  C2: 'of reps alike for the routing model, the tie rule of the org decides',
  C4: 'nothing is routed before its scheduled time',
  C5: 'an item that does not fit blocks no lighter one behind it',
  C7: 'an item is kept from the presence session that declined it last, and from no other',
  C8: 'a declined item stays with its decliner as owner until it is routed again',
  C9: 'a transfer is a new request: its age begins anew',
  C11: 'no interruptible work for a rep whose primary pool is full',
  C13: 'after-conversation work of the presence configuration goes before the channel’s',
  C14: 'after-conversation work holds the units of its item, not the whole rep',
  C15: 'a transfer to a rep waits until there is room',
  C16: 'a supervisor’s assignment does not ask for capacity',
  C17: 'a bot has room for any number of sessions, unless the org gives a number',
  C18: 'skills-based work goes to whoever has the skills, member of the queue or not',
  C19: 'once additional skills are dropped, who has most of them goes first',
  C20: 'without a time-out additional skills are never dropped',
  C22: 'without a recent wait there is no estimated wait time',
  C23: 'the queue position is 1 + the items of the queue that go before',
  C24: 'a lost connection is waited for; then the rep counts as offline',
  C25: 'the request time stays through declines: speed to answer covers the whole wait',
} as const satisfies Record<ChoiceName, string>;

export interface Decision {
  readonly choice: string;
  readonly meaning: string;
  /** How often it decided something, warm-up included. */
  readonly times: number;
}

export function createDecisions() {
  const times = new Map<ChoiceName, number>();
  return {
    count(choice: ChoiceName): void {
      times.set(choice, (times.get(choice) ?? 0) + 1);
    },
    /** Those that decided something, in order of their numbers. */
    list: (): Decision[] =>
      (Object.keys(CHOICES) as ChoiceName[]).flatMap((choice) => {
        const n = times.get(choice);
        return n === undefined ? [] : [{ choice, meaning: CHOICES[choice], times: n }];
      }),
  };
}

export type Decisions = ReturnType<typeof createDecisions>;
