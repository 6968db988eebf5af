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
}

const SCENARIO: readonly Reference[] = [
  { what: 'customer', at: 'arrivals.*.customer', in: 'scenario', section: 'customers' },
  { what: 'channel', at: 'arrivals.*.channel', in: 'org', section: 'channels' },
  { what: 'channel', at: 'arrivals.*.channel.~', in: 'org', section: 'channels' },
  { what: 'rep or pool', at: 'reps.~', in: 'org', section: 'reps', also: ['default'] },
];

const PRESENCE = { what: 'presence status', in: 'org', section: 'presenceStatuses' } as const;
const ORG: readonly Reference[] = [
  { what: 'queue', at: 'channels.*.queue', in: 'org', section: 'queues' },
  { what: 'routing config', at: 'queues.*.routingConfig', in: 'org', section: 'routingConfigs' },
  { what: 'queue', at: 'reps.*.queues.*', in: 'org', section: 'queues' },
  { what: 'presence config', at: 'reps.*.presenceConfig', in: 'org', section: 'presenceConfigs' },
  { ...PRESENCE, at: 'presenceConfigs.*.statusOnPushTimeout' },
  { ...PRESENCE, at: 'presenceConfigs.*.statusOnDecline' },
];

/** Sections that may be left out, with the names they then have. */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  presenceStatuses: ['Available', 'Busy'],
};

/** Every name in the two files that refers to nothing. */
export function checkReferences(sources: Sources): readonly Complaint[] {
  return [
    ...SCENARIO.flatMap((reference) => unresolved(reference, sources.scenario, sources)),
    ...ORG.flatMap((reference) => unresolved(reference, sources.org, sources)),
  ];
}

function unresolved(reference: Reference, source: Source, sources: Sources): readonly Complaint[] {
  const { what, at, section, also = [] } = reference;
  const entries = member(sources[reference.in].value, section);
  const own = isMap(entries) ? Object.keys(entries) : DEFAULTS[section];
  // A required section that is missing or no map: the schema complains of that.
  if (own === undefined) return [];
  const known = new Set([...own, ...also]);
  return places(source.value, at.split('.'), []).flatMap(({ path, name }) =>
    known.has(name)
      ? []
      : [source.complain(path, `no ${what} '${name}'${hint(name, [...known])}`, keyOrValue(at))],
  );
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

function member(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
