/**
 * What a stack of ours needs beside channels: queues, routing, reps. A run against a target does
 * without; its schemas let these be left out, and here they are asked for.
 */
import type { Complaint, Path } from './complaints.ts';
import { isMap, member } from './references.ts';
import type { Source } from './yaml.ts';

const SECTIONS = ['queues', 'routingConfigs', 'presenceConfigs', 'reps'] as const;

/** Of an org as read: what is missing. */
export function checkOrgOfStack(org: Source): readonly Complaint[] {
  const written = member(org.value, 'channels');
  const channels = Object.entries(isMap(written) ? written : {});
  return [
    ...SECTIONS.flatMap((name) => missing(org, org.value, [name])),
    ...channels.flatMap(([id, channel]) => missing(org, channel, ['channels', id, 'queue'])),
  ];
}

/** The same of a scenario. */
export function checkScenarioOfStack(scenario: Source): readonly Complaint[] {
  return missing(scenario, scenario.value, ['reps']);
}

function missing(source: Source, parent: unknown, path: Path): readonly Complaint[] {
  const key = String(path.at(-1));
  if (!isMap(parent) || Object.hasOwn(parent, key)) return [];
  return [source.complain(path, 'is missing; only runs against a --target do without')];
}
