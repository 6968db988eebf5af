/**
 * Whether a well-written scenario makes sense as a whole and beside its org. What scripts expect
 * is `check-scripts.ts`.
 */
import { checkBudget, type Known } from '../../reports/budgets.ts';
import type { Complaint, Path } from './complaints.ts';
import type { OrgFile } from './org-schema.ts';
import type { ScenarioFile } from './schema.ts';
import { writeDuration } from './units.ts';
import type { Source } from './yaml.ts';

export function checkScenario(scenario: ScenarioFile, source: Source): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const complain = (path: Path, message: string, at?: 'key') =>
    complaints.push(source.complain(path, message, at));

  if (scenario.warmUp >= scenario.lasts) {
    complain(['warmUp'], `must be shorter than lasts (${writeDuration(scenario.lasts)})`);
  }
  for (const name of Object.keys(scenario.customers)) {
    if (!scenario.arrivals.some((arrival) => arrival.customer === name)) {
      complain(['customers', name], 'never starts: no arrival names this customer', 'key');
    }
  }
  for (const [i, arrival] of scenario.arrivals.entries()) {
    const total = (arrival.stages ?? []).reduce((sum, stage) => sum + stage.forMs, 0);
    if (total > scenario.lasts) {
      const [stages, lasts] = [total, scenario.lasts].map(writeDuration);
      complain(['arrivals', i, 'stages'], `take ${stages}, but the scenario lasts ${lasts}`);
    }
  }
  for (const [rep, { replies }] of Object.entries(scenario.reps)) {
    for (const [i, { text }] of replies.entries()) {
      if (!text.includes('{{')) continue;
      const message = 'reps say their replies as written; {{…}} is for what customers say';
      complain(['reps', rep, 'replies', i], message);
    }
  }
  return complaints;
}

export function checkAgainstOrg(
  scenario: ScenarioFile,
  org: OrgFile,
  source: Source,
): readonly Complaint[] {
  const complaints: Complaint[] = [];
  if (!Object.hasOwn(scenario.reps, 'default')) {
    const missing = Object.keys(org.reps).filter((name) => !Object.hasOwn(scenario.reps, name));
    if (missing.length > 0) {
      const message = `add an entry for ${missing.join(', ')}, or one named default`;
      complaints.push(source.complain(['reps'], message, 'key'));
    }
  }
  for (const [i, arrival] of scenario.arrivals.entries()) {
    for (const { id, path } of channelsOf(arrival, i)) {
      const type = Object.hasOwn(org.channels, id) ? org.channels[id]?.type : undefined;
      if (type === 'direct' && scenario.wire) {
        const message = `'${id}' is direct: it has no wire format, so set wire: false`;
        complaints.push(source.complain(path, message));
      }
    }
  }
  return complaints;
}

/** The channels an arrival uses, with their places. */
export function channelsOf(
  arrival: ScenarioFile['arrivals'][number],
  index: number,
): readonly { id: string; path: Path; weight: number }[] {
  const path = ['arrivals', index, 'channel'];
  if (typeof arrival.channel === 'string') return [{ id: arrival.channel, path, weight: 1 }];
  return Object.entries(arrival.channel).map(([id, weight]) => ({
    id,
    path: [...path, id],
    weight,
  }));
}

/** Budgets that `check` has something against. */
export function checkBudgets(
  budgets: readonly string[],
  org: OrgFile | undefined,
  source: Source,
): readonly Complaint[] {
  const known = org && namesOf(org);
  return budgets.flatMap((text, i) => {
    const message = checkBudget(text, known);
    return message === undefined ? [] : [source.complain(['budgets', i], message)];
  });
}

/** What a budget's `where` may name. A rep's own name and its pool's both do. */
function namesOf({ channels, queues, reps }: OrgFile): Known {
  const people = Object.entries(reps).flatMap(([pool, { count }]) => [
    pool,
    ...Array.from({ length: count === 1 ? 0 : count }, (_, i) => `${pool}-${i + 1}`),
  ]);
  return { channels: Object.keys(channels), queues: Object.keys(queues), reps: people };
}
