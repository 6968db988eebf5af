/**
 * Whether an org that is well written is one: addresses are told apart, words mean one thing. What
 * may be meant but surprises on go-live day is `warn-org.ts`.
 * Names that refer to nothing are left to `references.ts`.
 */
import { kindOf } from '../../src/channels/index.ts';
import { type Complaint, hint } from './complaints.ts';
import type { OrgFile } from './org-schema.ts';
import type { Source } from './yaml.ts';

const MOST_CHANNELS = 2000;

export function checkOrg(org: OrgFile, source: Source): readonly Complaint[] {
  return [
    ...checkChannels(org, source),
    ...checkKeywords(org, source),
    ...checkOverflow(org, source),
    ...checkReps(org, source),
  ];
}

function checkChannels(org: OrgFile, source: Source): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const count = Object.keys(org.channels).length;
  if (count > MOST_CHANNELS) {
    const message = `an org has at most ${MOST_CHANNELS} channels; these are ${count}`;
    complaints.push(source.complain(['channels'], message, 'key'));
  }
  const owners = new Map<string, string>();
  for (const [id, channel] of Object.entries(org.channels)) {
    const at = ['channels', id, 'address'];
    const wrong = wrongAddress(channel);
    if (wrong !== undefined) complaints.push(source.complain(at, wrong));
    complaints.push(...checkNames(id, channel, source));
    const address = `${channel.type} ${channel.address.replaceAll(/[\s+()-]/g, '')}`;
    const owner = owners.get(address);
    if (owner !== undefined) {
      complaints.push(source.complain(at, `'${owner}' has this ${channel.type} address already`));
    }
    owners.set(address, owner ?? id);
  }
  return complaints;
}

type ChannelFile = OrgFile['channels'][string];

function wrongAddress(channel: ChannelFile): string | undefined {
  const form = kindOf(channel)?.address;
  if (form === undefined || form.pattern.test(channel.address)) return undefined;
  const { type, address } = channel;
  const wants = form.wants ?? `an address of ${type}`;
  return `expected ${wants} such as "${form.example}", found '${address}'`;
}

/** What nobody reads would be silently ignored. */
function checkNames(id: string, channel: ChannelFile, source: Source): readonly Complaint[] {
  const kind = kindOf(channel);
  const known = { account: kind?.account ?? [], limits: Object.keys(kind?.limits ?? {}) };
  return (['account', 'limits'] as const).flatMap((section) =>
    Object.keys(channel[section])
      .filter((name) => !known[section].includes(name))
      .map((name) => {
        const message = `${channel.type} has no such ${section} entry${hint(name, known[section])}`;
        return source.complain(['channels', id, section, name], message, 'key');
      }),
  );
}

/** A word in two lists would do only the first thing. */
function checkKeywords(org: OrgFile, source: Source): readonly Complaint[] {
  const complaints: Complaint[] = [];
  for (const [id, { keywords }] of Object.entries(org.channels)) {
    const meanings = new Map<string, string>();
    for (const list of ['optOut', 'optIn', 'help', 'end'] as const) {
      for (const [i, word] of keywords[list].entries()) {
        const key = word.trim().toLowerCase();
        const meaning = meanings.get(key);
        if (meaning !== undefined && meaning !== list) {
          const message = `'${word}' is in ${meaning} already; set ${meaning} without it`;
          complaints.push(source.complain(['channels', id, 'keywords', list, i], message));
        }
        meanings.set(key, meaning ?? list);
      }
    }
  }
  return complaints;
}

function checkReps(org: OrgFile, source: Source): readonly Complaint[] {
  const complaints: Complaint[] = [];
  for (const [name, setup] of Object.entries(org.reps)) {
    const [, pool = '', digits = ''] = /^(.+)-([1-9]\d*)$/.exec(name) ?? [];
    const count = memberOf(org.reps, pool)?.count ?? 0;
    if (setup.count === 1 && count > 1 && Number(digits) <= count) {
      const message = `the pool '${pool}' has a rep of that name`;
      complaints.push(source.complain(['reps', name], message, 'key'));
    }
  }
  return complaints;
}

/** "Must be a user, or a queue with no routing config" (Salesforce Help). Users may be unknown. */
function checkOverflow(org: OrgFile, source: Source): readonly Complaint[] {
  return Object.entries(org.routingConfigs).flatMap(([name, config]) => {
    const { queueOverflowAssignee: queue } = config;
    if (queue === undefined) return [];
    const at = ['routingConfigs', name, 'queueOverflowAssignee'];
    const found = memberOf(org.queues, queue);
    if (found === undefined) {
      return [source.complain(at, `no queue '${queue}'${hint(queue, Object.keys(org.queues))}`)];
    }
    if (found.routingConfig === undefined) return [];
    return [
      source.complain(at, `'${queue}' has a routingConfig; an overflow queue must have none`),
    ];
  });
}

export function memberOf<T>(
  record: Readonly<Record<string, T>>,
  name: string | undefined,
): T | undefined {
  return name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
