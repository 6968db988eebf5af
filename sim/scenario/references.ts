/**
 * Names that must refer to something, in a table. Works on the files as read, so that a wrong
 * name is found even beside mistakes of other kinds.
 */
import { type Complaint, hint, type Path } from './complaints.ts';
import type { Source } from './yaml.ts';

export interface Sources {
  readonly scenario: Source;
  readonly org: Source;
}

/** `what` the names `at` a place are (`*`: every entry, `~`: every key), and where they are set. */
interface Reference {
  readonly what: string;
  readonly at: string;
  readonly in: keyof Sources;
  readonly section: string;
  /** Names that do without an entry. */
  readonly also?: readonly string[];
  /** A pool's own reps will do too. */
  readonly pools?: boolean;
}

const STATUSES = { section: 'presenceStatuses' } as const;
const PARTNERS = { section: 'routingPartners' } as const;
const SCENARIO: readonly Reference[] = [
  { what: 'customer', at: 'arrivals.*.customer', in: 'scenario', section: 'customers' },
  { what: 'channel', at: 'arrivals.*.channel', in: 'org', section: 'channels' },
  { what: 'rep', at: 'arrivals.*.begunBy.rep', in: 'org', section: 'reps', pools: true },
  { what: 'channel', at: 'arrivals.*.channel.~', in: 'org', section: 'channels' },
  { what: 'rep or pool', at: 'reps.~', in: 'org', section: 'reps', also: ['default'] },
  { what: 'presence status', at: 'reps.*.startsAs', in: 'org', ...STATUSES, also: ['Offline'] },
  { what: 'presence status', at: 'reps.*.shifts.*.status', in: 'org', ...STATUSES },
  {
    what: 'presence status',
    at: 'reps.*.shifts.*.breaks.*.status',
    in: 'org',
    ...STATUSES,
    also: ['Offline'],
  },
  { what: 'queue', at: 'reps.*.transfers.queue', in: 'org', section: 'queues' },
  { what: 'flow', at: 'reps.*.transfers.flow', in: 'org', section: 'flows' },
  { what: 'bot', at: 'bots.~', in: 'org', section: 'bots', also: ['default'] },
  { what: 'queue', at: 'reps.*.handleTimeByQueue.~', in: 'org', section: 'queues' },
  { what: 'routing partner', at: 'partners.~', in: 'org', ...PARTNERS, also: ['default'] },
  { what: 'rep or pool', at: 'partners.*.agents.~', in: 'org', section: 'reps', pools: true },
  { what: 'queue', at: 'partners.*.agents.*.*', in: 'org', section: 'queues' },
  { what: 'presence status', at: 'events.*.status', in: 'org', ...STATUSES, also: ['Offline'] },
  ...['assign', 'move', 'takeOver', 'endWaiting'].map((action) => ({
    what: 'queue',
    at: `events.*.${action}.queue`,
    in: 'org' as const,
    section: 'queues',
  })),
  { what: 'queue', at: 'events.*.move.to', in: 'org', section: 'queues' },
  { what: 'queue', at: 'events.*.change.queues.*', in: 'org', section: 'queues' },
  ...['reps.*.transfers.rep', 'events.*.rep', 'events.*.assign.to', 'events.*.change.rep'].map(
    (at) => ({ what: 'rep or pool', at, in: 'org' as const, section: 'reps', pools: true }),
  ),
];

const PRESENCE = { what: 'presence status', in: 'org', section: 'presenceStatuses' } as const;
const CHANNELS = { section: 'serviceChannels', also: ['sfdc_livemessage'] };
const ORG: readonly Reference[] = [
  { what: 'queue', at: 'channels.*.queue', in: 'org', section: 'queues' },
  { what: 'routing config', at: 'queues.*.routingConfig', in: 'org', section: 'routingConfigs' },
  { what: 'queue', at: 'reps.*.queues.*', in: 'org', section: 'queues' },
  { what: 'presence config', at: 'reps.*.presenceConfig', in: 'org', section: 'presenceConfigs' },
  { ...PRESENCE, at: 'presenceConfigs.*.statusOnPushTimeout' },
  { ...PRESENCE, at: 'presenceConfigs.*.statusOnDecline' },
  { ...PRESENCE, at: 'reps.*.presenceStatuses.*' },
  { what: 'flow', at: 'channels.*.flow', in: 'org', section: 'flows' },
  { what: 'rep', at: 'channels.*.rep', in: 'org', section: 'reps', pools: true },
  { what: 'business hours', at: 'channels.*.businessHours', in: 'org', section: 'businessHours' },
  { what: 'service channel', at: 'channels.*.serviceChannel', in: 'org', ...CHANNELS },
  { what: 'service channel', at: 'presenceStatuses.*.channels.*', in: 'org', ...CHANNELS },
  { what: 'routing partner', at: 'routingConfigs.*.partner', in: 'org', ...PARTNERS },
];

/** Sections that may be left out, with the names they then have. */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  presenceStatuses: ['Available', 'Busy'],
  serviceChannels: [],
  flows: [],
  bots: [],
  routingPartners: [],
  businessHours: [],
};

/** Every name in the two files that refers to nothing. */
export function checkReferences(sources: Sources): readonly Complaint[] {
  return [
    ...SCENARIO.flatMap((reference) => unresolved(reference, sources.scenario, sources)),
    ...ORG.flatMap((reference) => unresolved(reference, sources.org, sources)),
  ];
}

function unresolved(reference: Reference, source: Source, sources: Sources): readonly Complaint[] {
  const { what, at, section, also = [], pools = false } = reference;
  const entries = member(sources[reference.in].value, section);
  const own = isMap(entries) ? Object.keys(entries) : DEFAULTS[section];
  // A required section that is missing or no map: the schema complains of that.
  if (own === undefined) return [];
  const known = new Set([...own, ...also, ...(pools ? membersOf(entries) : [])]);
  return places(source.value, at.split('.'), []).flatMap(({ path, name }) =>
    known.has(name)
      ? []
      : [source.complain(path, `no ${what} '${name}'${hint(name, [...known])}`, keyOrValue(at))],
  );
}

/** The reps of pools: `front-line-1` and so on. */
function membersOf(entries: unknown): readonly string[] {
  if (!isMap(entries)) return [];
  return Object.entries(entries).flatMap(([pool, setup]) => {
    const count = Math.min(Number(member(setup, 'count') ?? 1), 100_000);
    return count > 1 ? Array.from({ length: count }, (_, i) => `${pool}-${i + 1}`) : [];
  });
}

function keyOrValue(at: string): 'key' | 'value' {
  return at.endsWith('~') ? 'key' : 'value';
}

/** The names at a place, each with its path. */
function places(value: unknown, at: readonly string[], path: Path): { path: Path; name: string }[] {
  const [step, ...rest] = at;
  if (step === undefined) return typeof value === 'string' ? [{ path, name: value }] : [];
  if (step === '~') {
    if (!isMap(value)) return [];
    return Object.keys(value).map((name) => ({ path: [...path, name], name }));
  }
  if (step !== '*') return places(member(value, step), rest, [...path, step]);
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(isMap(value) ? value : {});
  return entries.flatMap(([key, entry]) => places(entry, rest, [...path, key]));
}

export function member(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
