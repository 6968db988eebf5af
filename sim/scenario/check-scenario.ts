/**
 * Whether a well-written scenario makes sense as a whole and beside its org. What scripts expect
 * is `check-scripts.ts`.
 */
import { checkBudget, type Known } from '../../reports/budgets.ts';
import type { Org } from '../../src/org.ts';
import { type Complaint, hint, type Path } from './complaints.ts';
import type { PlacedArrival, Scenario } from './compose.ts';
import type { OrgFile } from './org-schema.ts';
import { walk } from './script-walk.ts';
import { writeDuration } from './units.ts';
import type { Source } from './yaml.ts';

export function checkScenario(scenario: Scenario, source: Source): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const complain = (path: Path, message: string, at?: 'key') =>
    complaints.push(source.complain(path, message, at));

  if (scenario.warmUp !== 'auto' && scenario.warmUp >= scenario.lasts) {
    complain(['warmUp'], `must be shorter than lasts (${writeDuration(scenario.lasts)})`);
  }
  for (const name of Object.keys(scenario.customers)) {
    const starts = scenario.arrivals.some((arrival) => arrival.customer === name);
    if (!starts && !scenario.incomplete) {
      complain(['customers', name], 'never starts: no arrival names this customer', 'key');
    }
  }
  for (const arrival of scenario.arrivals) {
    const { index: i } = arrival;
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

/** Every rep of the org behaves somehow. */
export function checkBehaviours(
  scenario: Scenario,
  org: OrgFile,
  source: Source,
): readonly Complaint[] {
  if (Object.hasOwn(scenario.reps, 'default')) return [];
  const missing = Object.keys(org.reps).filter((name) => !Object.hasOwn(scenario.reps, name));
  if (missing.length === 0) return [];
  const message = `add an entry for ${missing.join(', ')}, or one named default`;
  return [source.complain(['reps'], message, 'key')];
}

export function checkAgainstOrg(
  scenario: Scenario,
  org: OrgFile,
  source: Source,
): readonly Complaint[] {
  const complaints: Complaint[] = [];
  for (const { id, path } of [...scenario.arrivals.flatMap(channelsOf), ...switches(scenario)]) {
    const type = Object.hasOwn(org.channels, id) ? org.channels[id]?.type : undefined;
    if (type === 'direct' && scenario.wire) {
      const message = `'${id}' is direct: it has no wire format, so set wire: false`;
      complaints.push(source.complain(path, message));
    }
  }
  for (const { id, path } of switches(scenario)) {
    if (Object.hasOwn(org.channels, id)) continue;
    complaints.push(
      source.complain(path, `no channel '${id}'${hint(id, Object.keys(org.channels))}`),
    );
  }
  return complaints;
}

/** The channels an arrival uses, with their places. */
export function channelsOf(
  arrival: PlacedArrival,
): readonly { id: string; path: Path; weight: number }[] {
  const path = ['arrivals', arrival.index, 'channel'];
  if (typeof arrival.channel === 'string') return [{ id: arrival.channel, path, weight: 1 }];
  return Object.entries(arrival.channel).map(([id, weight]) => ({
    id,
    path: [...path, id],
    weight,
  }));
}

/** The channels that scripts switch to, with their places. */
export function switches({ customers }: Scenario): readonly { id: string; path: Path }[] {
  return Object.entries(customers).flatMap(([name, { script }]) =>
    [...walk(script, ['customers', name, 'script'])].flatMap(({ step, path }) =>
      step.do === 'switch' ? [{ id: step.to, path: [...path, 'switch'] }] : [],
    ),
  );
}

/** Budgets that `check` has something against. */
export function checkBudgets(
  budgets: readonly { readonly budget: string }[],
  org: OrgFile | undefined,
  source: Source,
): readonly Complaint[] {
  const known = org && namesOf(org);
  return budgets.flatMap(({ budget: text }, i) => {
    const message = checkBudget(text, known);
    return message === undefined ? [] : [source.complain(['budgets', i], message)];
  });
}

/** What a budget's `where` may name. A rep's own name and its pool's both do. */
function namesOf(org: OrgFile): Known {
  const { channels, queues, reps } = org;
  const people = Object.entries(reps).flatMap(([pool, { count }]) => [
    pool,
    ...Array.from({ length: count === 1 ? 0 : count }, (_, i) => `${pool}-${i + 1}`),
  ]);
  const skills = skillsOf(org);
  return { channels: Object.keys(channels), queues: Object.keys(queues), skills, reps: people };
}

/** The skills that reps of an org have. */
export function skillsOf({ reps }: Pick<Org, 'reps'>): readonly string[] {
  return [...new Set(Object.values(reps).flatMap(({ skills }) => Object.keys(skills ?? {})))];
}
