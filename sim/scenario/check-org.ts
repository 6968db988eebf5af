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
    ...checkSettings(org, source),
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
  const check = (keywords: Partial<ChannelFile['keywords']>, at: readonly string[]) => {
    const meanings = new Map<string, string>();
    const note = (word: string, list: string, path: readonly (string | number)[]) => {
      const key = word.trim().toLowerCase();
      const meaning = meanings.get(key);
      if (meaning !== undefined && meaning !== list) {
        const message = `'${word}' is in ${meaning} already; set ${meaning} without it`;
        complaints.push(source.complain([...at, 'keywords', list, ...path], message));
      }
      meanings.set(key, meaning ?? list);
    };
    for (const list of ['optOut', 'optIn', 'doubleOptIn', 'help', 'end'] as const) {
      for (const [i, word] of (keywords[list] ?? []).entries()) note(word, list, [i]);
    }
    for (const word of Object.keys(keywords.custom ?? {})) note(word, 'custom', [word]);
  };
  for (const [id, { keywords, languages }] of Object.entries(org.channels)) {
    check(keywords, ['channels', id]);
    for (const [name, language] of Object.entries(languages ?? {})) {
      check(language.keywords, ['channels', id, 'languages', name]);
    }
  }
  return complaints;
}

/** Settings that the platform, or the rest of the channel, gives no meaning. */
function checkSettings(org: OrgFile, source: Source): readonly Complaint[] {
  return Object.entries(org.channels).flatMap(([id, { type, inactivity, consent, keywords }]) => {
    const complaints: Complaint[] = [];
    if (inactivity !== undefined && !IDLE_TIMED.has(type)) {
      const known = [...IDLE_TIMED].join(', ');
      const message = `${type} has no customer-inactivity timer; only ${known}`;
      complaints.push(source.complain(['channels', id, 'inactivity'], message, 'key'));
    }
    if (consent === 'DoubleOptIn' && (keywords.doubleOptIn ?? []).length === 0) {
      const message = 'DoubleOptIn needs keywords.doubleOptIn: nobody could ever confirm';
      complaints.push(source.complain(['channels', id, 'consent'], message));
    }
    return complaints;
  });
}

/** Enhanced Chat and BYOC only (Salesforce Help); `direct` stands for any. */
const IDLE_TIMED: ReadonlySet<string> = new Set(['web', 'byoc', 'byoc-ccaas', 'direct']);

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
