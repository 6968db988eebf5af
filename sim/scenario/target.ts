/**
 * Reads a target and puts it in its place in a plan: the channels that customers use get their
 * webhooks, ports and accounts. Complains of what is missing, and of what no target can do.
 */
import { parseBudget } from '../../reports/budgets.ts';
import { kindOf } from '../../src/channels/index.ts';
import type { Target } from '../target.ts';
import { channelsOf, switches } from './check-scenario.ts';
import { type Complaint, hint, InputError } from './complaints.ts';
import type { Scenario } from './compose.ts';
import { validate } from './messages.ts';
import type { OrgFile } from './org-schema.ts';
import { type TargetFile, targetSchema } from './target-schema.ts';
import { readSource, type Source } from './yaml.ts';

export interface ReadTarget {
  readonly written: TargetFile;
  readonly source: Source;
}

type Env = Readonly<Record<string, string | undefined>>;

/** A file, or an address for all channels. Throws `InputError`. */
export function readTarget(text: string, env: Env): ReadTarget {
  const source = /^https?:\/\//.test(text) ? addressAsSource(text) : readSource(text);
  const complaints: Complaint[] = [...source.complaints];
  const written =
    source.value === undefined ? undefined : validate(targetSchema, source, complaints);
  for (const [id, { account }] of Object.entries(written?.channels ?? {})) {
    for (const [key, secret] of Object.entries(account)) {
      if (!('env' in secret) || env[secret.env]) continue;
      const lack = env[secret.env] === undefined ? 'has no' : 'has an empty';
      const message = `the environment ${lack} ${secret.env}`;
      complaints.push(source.complain(['channels', id, 'account', key], message));
    }
  }
  if (complaints.length > 0 || written === undefined) throw new InputError(complaints);
  return { written: withSecrets(written, env), source };
}

function addressAsSource(url: string): Source {
  const complain: Source['complain'] = (_path, message) => {
    return { file: `--target ${url}`, line: 0, column: 0, path: '', message };
  };
  const value = { target: 'target', webhooks: url };
  return { file: url, bytes: new TextEncoder().encode(url), value, complaints: [], complain };
}

function withSecrets(written: TargetFile, env: Env): TargetFile {
  const channels = Object.entries(written.channels).map(([id, channel]) => {
    const account = Object.entries(channel.account).map(([key, secret]) => [
      key,
      { value: 'env' in secret ? (env[secret.env] ?? '') : secret.value },
    ]);
    return [id, { ...channel, account: Object.fromEntries(account) }];
  });
  return { ...written, channels: Object.fromEntries(channels) };
}

export interface Placed {
  readonly target: Target;
  /** The org, with accounts as the target has them. */
  readonly org: OrgFile;
}

export function placeTarget(
  { written, source }: ReadTarget,
  scenario: Scenario,
  org: OrgFile,
  complaints: Complaint[],
): Placed {
  const ids = Object.keys(org.channels);
  const used = new Set(
    [...scenario.arrivals.flatMap(channelsOf), ...switches(scenario)].map(({ id }) => id),
  );
  const channels: Record<string, Target['channels'][string]> = {};
  for (const id of Object.keys(written.channels)) {
    if (ids.includes(id)) continue;
    const message = `the org has no channel '${id}'${hint(id, ids)}`;
    complaints.push(source.complain(['channels', id], message, 'key'));
  }
  for (const [place, id] of ids.entries()) {
    if (!used.has(id)) continue;
    const own = Object.hasOwn(written.channels, id) ? written.channels[id] : undefined;
    const address = own?.webhook ?? written.webhooks;
    if (address === undefined) {
      const message = `'${id}' has no webhook, and there is no \`webhooks\` for all`;
      complaints.push(source.complain(['channels'], message, 'key'));
      continue;
    }
    channels[id] = {
      webhookUrl: address.replaceAll('{channel}', encodeURIComponent(id)),
      port: own?.port ?? written.platforms.port + place,
    };
  }
  complaints.push(...checkAccounts(written, org, source), ...checkPorts(channels, source));
  return {
    target: {
      name: written.target,
      channels,
      replies: written.replies.map(({ from, matches }) => ({
        from,
        matches: new RegExp(matches, 'i'),
      })),
      ...{ host: written.platforms.host, customers: written.customers },
      ...(written.desk !== undefined && { deskUrl: written.desk }),
    },
    org: { ...org, channels: withAccounts(org.channels, written) },
  };
}

function checkAccounts({ channels }: TargetFile, org: OrgFile, source: Source): Complaint[] {
  return Object.entries(channels).flatMap(([id, { account }]) => {
    const channel = Object.hasOwn(org.channels, id) ? org.channels[id] : undefined;
    const known = (channel && kindOf(channel)?.account) ?? [];
    return Object.keys(account)
      .filter((key) => channel !== undefined && !known.includes(key))
      .map((key) => {
        const message = `${channel?.type} has no '${key}'${hint(key, known)}`;
        return source.complain(['channels', id, 'account', key], message, 'key');
      });
  });
}

function checkPorts(channels: Target['channels'], source: Source): Complaint[] {
  const owners = new Map<number, string>();
  return Object.entries(channels).flatMap(([id, { port }]) => {
    const owner = owners.get(port);
    owners.set(port, owner ?? id);
    const message = `port ${port} is that of '${owner}' already`;
    return owner === undefined ? [] : [source.complain(['channels', id, 'port'], message)];
  });
}

function withAccounts(channels: OrgFile['channels'], { channels: written }: TargetFile) {
  const changed = Object.entries(channels).map(([id, channel]) => {
    const account = Object.hasOwn(written, id) ? (written[id]?.account ?? {}) : {};
    const values = Object.entries(account).map(([key, secret]) => [
      key,
      'value' in secret ? secret.value : '',
    ]);
    return [id, { ...channel, account: { ...channel.account, ...Object.fromEntries(values) } }];
  });
  return Object.fromEntries(changed) as OrgFile['channels'];
}

/** What can be seen of a stack from outside. */
const SEEN = {
  latency: ['webhookToReply', 'conversationTime', 'webhookAck', 'apiLatency'],
  rate: ['gaveUp'],
  count: [
    ...['arrived', 'completed', 'gaveUp', 'unanswered', 'refused', 'cutShort', 'switched', 'open'],
    ...['said', 'heardFromRep', 'heardFromBot', 'heardAuto', 'expectationsMissed', 'webhooks'],
    ...['webhookErrors', 'apiCalls', 'apiErrors', 'faultsInjected'],
  ],
} as const;

/** Events that are the reps' own doing. */
const AT_DESKS: ReadonlySet<string> = new Set(['status', 'disconnect', 'reconnect']);

/** What of a scenario needs a stack whose inside is known. */
export function checkForTarget(scenario: Scenario, source: Source): readonly Complaint[] {
  const complaints: Complaint[] = [];
  if (!scenario.wire) {
    complaints.push(source.complain(['wire'], 'a target is reached over the wire: set wire: true'));
  }
  for (const { begunBy, index } of scenario.arrivals) {
    if (begunBy === undefined) continue;
    const message = 'needs a stack of ours; a target writes first when it likes';
    complaints.push(source.complain(['arrivals', index, 'begunBy'], message, 'key'));
  }
  for (const [i, { does }] of scenario.events.entries()) {
    if (AT_DESKS.has(does)) continue;
    complaints.push(source.complain(['events', i, does], 'needs a stack of ours', 'key'));
  }
  return complaints;
}

export function checkBudgetsForTarget(scenario: Scenario, source: Source): readonly Complaint[] {
  return scenario.budgets.flatMap(({ budget }, i) => {
    const complaint = complaintAboutBudget(budget);
    return complaint === undefined ? [] : [source.complain(['budgets', i], complaint)];
  });
}

/** What is wrong with a budget where only the outside is seen, if anything is. */
export function complaintAboutBudget(text: string): string | undefined {
  const budget = parseBudget(text);
  if ('error' in budget) return undefined;
  const { kind, name } = budget.subject;
  const seen: readonly string[] = kind === 'serviceLevel' ? [] : SEEN[kind];
  if (seen.includes(name)) return undefined;
  const known = [...SEEN.latency, ...SEEN.rate, 'counts of customers, messages and calls'];
  return `${name} is not seen from outside a target; ${known.join(', ')} are`;
}
