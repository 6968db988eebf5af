/**
 * The plan out of two files that are known to be right: fills in what depends on more than one
 * place. It checks nothing.
 */
import type { AfterConversationWork, OmniSettings, Org, RoutingConfig } from '../../src/org.ts';
import type { Arrival, Plan, RepBehaviour } from '../plan.ts';
import { channelsOf } from './check-scenario.ts';
import type { PlacedArrival, Scenario } from './compose.ts';
import type { OrgFile } from './org-schema.ts';
import { botSchema, partnerSchema } from './people-schema.ts';

type ResolvedPlan = Omit<Plan, 'file' | 'sha256' | 'budgets' | 'warnings'>;

export function resolvePlan(scenario: Scenario, org: OrgFile): ResolvedPlan {
  return {
    name: scenario.scenario,
    ...(scenario.title !== undefined && { title: scenario.title }),
    bots: resolveBots(scenario.bots, org),
    partners: resolvePartners(scenario.partners, org),
    events: scenario.events,
    seed: scenario.seed,
    startsAtMs: scenario.starts,
    lastsMs: scenario.lasts,
    warmUpMs: scenario.warmUp === 'auto' ? 0 : scenario.warmUp,
    ...(scenario.warmUp === 'auto' && { warmUpRule: 'MSER-5' as const }),
    drainMs: scenario.drain,
    wire: scenario.wire,
    org: resolveOrg(org),
    scripts: Object.entries(scenario.customers).map(([name, customer]) => {
      const { script, locale, ...rest } = customer;
      return { name, ...rest, ...(locale !== undefined && { locales: locale }), steps: script };
    }),
    arrivals: scenario.arrivals.map((arrival) => resolveArrival(arrival, scenario.lasts)),
    reps: resolveReps(scenario.reps, org),
    platforms: scenario.platforms,
  };
}

export function resolveOrg({ org, ...file }: OrgFile): Org {
  return {
    ...file,
    name: org,
    routingConfigs: mapValues(file.routingConfigs, routingConfig),
    presenceStatuses: mapValues(file.presenceStatuses, ({ online, channels }) => ({
      online: online ?? (channels ?? []).length > 0,
      ...(channels !== undefined && { channels }),
    })),
    presenceConfigs: mapValues(file.presenceConfigs, withAfterWork),
    serviceChannels: mapValues(file.serviceChannels, withAfterWork),
    omni: omniSettings(file.omni),
  };
}

type WrittenConfig = OrgFile['routingConfigs'][string];

function routingConfig({
  pushTimeout,
  dropAdditionalSkillsTimeout,
  capacityWeight = 1,
  ...config
}: WrittenConfig): RoutingConfig {
  return {
    ...config,
    capacityWeight,
    ...(pushTimeout !== undefined && { pushTimeoutMs: pushTimeout }),
    ...(dropAdditionalSkillsTimeout !== undefined && {
      dropAdditionalSkillsTimeoutMs: dropAdditionalSkillsTimeout,
    }),
  };
}

type WrittenAfterWork = NonNullable<OrgFile['presenceConfigs'][string]['afterConversationWork']>;

/** Durations of after-conversation work get their unit; nothing else changes. */
function withAfterWork<T extends { afterConversationWork?: WrittenAfterWork }>(
  written: T,
): Omit<T, 'afterConversationWork'> & { afterConversationWork?: AfterConversationWork } {
  const { afterConversationWork: work, ...rest } = written;
  if (work === undefined) return rest;
  const { maxTime: maxMs, extension } = work;
  const extensions = {
    extensionMs: extension ?? 0,
    maxExtensions: extension ? work.maxExtensions : 0,
  };
  return { ...rest, afterConversationWork: { maxMs, ...extensions } };
}

function omniSettings({
  disconnectGrace,
  queueSizeLag,
  ...rest
}: OrgFile['omni']): Partial<OmniSettings> {
  return {
    ...rest,
    ...(disconnectGrace !== undefined && { disconnectGraceMs: disconnectGrace }),
    ...(queueSizeLag !== undefined && { queueSizeLagMs: queueSizeLag }),
  };
}

function resolveArrival(arrival: PlacedArrival, lastsMs: number): Arrival {
  const { at, wave, mmpp, closed, burst, customer: script } = arrival;
  const channels = channelsOf(arrival).map(({ id, weight }) => ({ channel: id, weight }));
  const more = { ...starterOf(arrival), ...(burst !== undefined && { burst }) };
  const common = { script, ...more, channels, stages: [] };
  if (at !== undefined) {
    return { ...common, pattern: 'listed', times: [...at].sort((a, b) => a - b) };
  }
  if (wave !== undefined) {
    const { period: periodMs, peakAt: peakAtMs, ...rates } = wave;
    return { ...common, pattern: 'wave', wave: { forMs: lastsMs, periodMs, peakAtMs, ...rates } };
  }
  if (mmpp !== undefined)
    return { ...common, pattern: 'mmpp', mmpp: { forMs: lastsMs, phases: mmpp } };
  if (closed !== undefined) return { ...common, pattern: 'closed', closed };
  const rate = arrival.poisson ?? arrival.constant ?? 0;
  return {
    ...common,
    pattern: arrival.constant !== undefined ? 'even' : (arrival.pattern ?? 'poisson'),
    stages: arrival.stages ?? [{ forMs: lastsMs, from: rate, to: rate }],
  };
}

function starterOf({ begunBy }: PlacedArrival): Pick<Arrival, 'begunBy'> {
  if (begunBy === undefined) return {};
  const { says, rep, flow = '' } = begunBy;
  return { begunBy: { says, by: rep === undefined ? { flow } : { rep } } };
}

function resolveReps(written: Scenario['reps'], org: OrgFile): Plan['reps'] {
  const behaviours: Record<string, RepBehaviour> = {};
  for (const pool of Object.keys(org.reps)) {
    const found = Object.hasOwn(written, pool) ? written[pool] : written.default;
    if (found === undefined) continue;
    const { closesWhenSilentFor, ...rest } = found;
    behaviours[pool] = { ...rest, closesWhenSilentForMs: closesWhenSilentFor };
  }
  return behaviours;
}

/** Every bot of the org behaves; who is not named does as `default`, or as bots usually do. */
function resolveBots(written: Scenario['bots'], org: OrgFile): Plan['bots'] {
  const usual = written.default ?? botSchema.parse({});
  return Object.fromEntries(
    Object.keys(org.bots).map((bot) => [bot, Object.hasOwn(written, bot) ? written[bot] : usual]),
  ) as Plan['bots'];
}

/** Every routing partner of the org decides somehow; agents are spelt out, rep by rep. */
function resolvePartners(written: Scenario['partners'], org: OrgFile): Plan['partners'] {
  const members = (name: string) => {
    const count = org.reps[name]?.count ?? 1;
    return count === 1 ? [name] : Array.from({ length: count }, (_, i) => `${name}-${i + 1}`);
  };
  return Object.fromEntries(
    Object.keys(org.routingPartners).map((name) => {
      const own = Object.hasOwn(written, name) ? written[name] : written.default;
      const { decidesAfter, picks, agents } = own ?? partnerSchema.parse({});
      const preferences = Object.entries(agents ?? {}).flatMap(([rep, queues]) =>
        members(rep).map((member) => [member, queues] as const),
      );
      const behaviour = { decidesAfterMs: decidesAfter, picks };
      if (agents === undefined) return [name, behaviour];
      return [name, { ...behaviour, agents: new Map(preferences) }];
    }),
  );
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
