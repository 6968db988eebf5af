/**
 * The plan out of two files that are known to be right: fills in what depends on more than one
 * place. It checks nothing.
 */
import type { Org } from '../../src/org.ts';
import type { Arrival, Plan, RepBehaviour } from '../plan.ts';
import { channelsOf } from './check-scenario.ts';
import type { OrgFile } from './org-schema.ts';
import type { ScenarioFile } from './schema.ts';

type ResolvedPlan = Omit<Plan, 'file' | 'sha256' | 'budgets'>;

export function resolvePlan(scenario: ScenarioFile, org: OrgFile): ResolvedPlan {
  return {
    name: scenario.scenario,
    ...(scenario.title !== undefined && { title: scenario.title }),
    seed: scenario.seed,
    startsAtMs: scenario.starts,
    lastsMs: scenario.lasts,
    warmUpMs: scenario.warmUp,
    drainMs: scenario.drain,
    wire: scenario.wire,
    org: resolveOrg(org),
    scripts: Object.entries(scenario.customers).map(([name, { script, ...rest }]) => ({
      name,
      ...rest,
      steps: script,
    })),
    arrivals: scenario.arrivals.map((arrival, i) => resolveArrival(arrival, i, scenario.lasts)),
    reps: resolveReps(scenario.reps, org),
    platforms: scenario.platforms,
  };
}

export function resolveOrg({ org, routingConfigs, ...rest }: OrgFile): Org {
  return {
    name: org,
    ...rest,
    routingConfigs: mapValues(routingConfigs, ({ pushTimeout, ...config }) => ({
      ...config,
      ...(pushTimeout !== undefined && { pushTimeoutMs: pushTimeout }),
    })),
  };
}

function resolveArrival(
  arrival: ScenarioFile['arrivals'][number],
  index: number,
  lastsMs: number,
): Arrival {
  const rate = arrival.poisson ?? arrival.constant ?? 0;
  return {
    script: arrival.customer,
    channels: channelsOf(arrival, index).map(({ id, weight }) => ({ channel: id, weight })),
    pattern: arrival.constant !== undefined ? 'even' : (arrival.pattern ?? 'poisson'),
    stages: arrival.stages ?? [{ forMs: lastsMs, from: rate, to: rate }],
  };
}

function resolveReps(written: ScenarioFile['reps'], org: OrgFile): Plan['reps'] {
  const behaviours: Record<string, RepBehaviour> = {};
  for (const pool of Object.keys(org.reps)) {
    const found = Object.hasOwn(written, pool) ? written[pool] : written.default;
    if (found === undefined) continue;
    const { closesWhenSilentFor, ...rest } = found;
    behaviours[pool] = { ...rest, closesWhenSilentForMs: closesWhenSilentFor };
  }
  return behaviours;
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
