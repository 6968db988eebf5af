/**
 * What an org may well say, and Salesforce takes without a word, but what surprises on go-live day:
 * work that is never routed, capacity that nobody has, statuses that reach nobody. Warnings only.
 */
import { memberOf } from './check-org.ts';
import type { Complaint } from './complaints.ts';
import type { OrgFile } from './org-schema.ts';
import type { Source } from './yaml.ts';

export function warnOfOrg(org: OrgFile, source: Source): readonly Complaint[] {
  return [
    ...warnOfQueues(org, source),
    ...warnOfSkills(org, source),
    ...warnOfStatuses(org, source),
    ...warnOfFlows(org, source),
  ];
}

function warnOfQueues(org: OrgFile, source: Source): readonly Complaint[] {
  return Object.entries(org.queues).flatMap(([name, queue]) => {
    const complaints: Complaint[] = [];
    const users = Object.entries(org.channels).filter(([, channel]) => channel.queue === name);
    if (queue.routingConfig === undefined && users.length > 0) {
      const message = `has no routingConfig, so nothing from '${users[0]?.[0]}' is ever routed`;
      complaints.push(source.complain(['queues', name], message, 'key'));
    }
    const members = Object.values(org.reps).filter((setup) => setup.queues.includes(name));
    const bySkills = memberOf(org.routingConfigs, queue.routingConfig)?.skills !== undefined;
    if (members.length === 0 && !bySkills && queue.routingConfig !== undefined) {
      complaints.push(source.complain(['queues', name], 'has no members among reps', 'key'));
    }
    const config = memberOf(org.routingConfigs, queue.routingConfig);
    const weight = config?.capacityPercentage === undefined ? (config?.capacityWeight ?? 1) : 0;
    const capacities = members.map(
      (setup) => memberOf(org.presenceConfigs, setup.presenceConfig)?.capacity ?? Infinity,
    );
    const most = Math.max(...capacities);
    if (config !== undefined && members.length > 0 && weight > most) {
      const message =
        `its work weighs ${weight}, but no member has a capacity over ${most}: ` +
        'nothing is ever routed';
      complaints.push(source.complain(['queues', name, 'routingConfig'], message));
    }
    if (config?.routingModel === 'EXTERNAL_ROUTING' && config.partner === undefined) {
      for (const [id, { type, account }] of users) {
        if (type === 'byoc-ccaas' && account.routingOwner === 'Partner') continue;
        const message = `no partner routes it, so nothing from '${id}' is ever routed`;
        complaints.push(source.complain(['queues', name, 'routingConfig'], message));
      }
    }
    return complaints;
  });
}

function warnOfSkills(org: OrgFile, source: Source): readonly Complaint[] {
  return Object.entries(org.routingConfigs).flatMap(([name, config]) => {
    const complaints: Complaint[] = [];
    for (const [i, { skill, level, additionalPriority }] of (config.skills ?? []).entries()) {
      const at = ['routingConfigs', name, 'skills', i];
      const has = ({ skills = {} }: OrgFile['reps'][string]) =>
        Object.hasOwn(skills, skill) && (skills[skill] ?? 0) >= level;
      if (additionalPriority === undefined && !Object.values(org.reps).some(has)) {
        const atLevel = level > 0 ? ` at level ${level}` : '';
        const message = `no rep has ${skill}${atLevel}, so its work waits for ever`;
        complaints.push(source.complain(at, message));
      }
      if (additionalPriority !== undefined && config.dropAdditionalSkillsTimeout === undefined) {
        const message = 'is never dropped: there is no dropAdditionalSkillsTimeout (choice C20)';
        complaints.push(source.complain(at, message));
      }
    }
    return complaints;
  });
}

function warnOfStatuses(org: OrgFile, source: Source): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const isOnline = ({ online, channels }: OrgFile['presenceStatuses'][string]) =>
    online ?? (channels ?? []).length > 0;
  if (!Object.values(org.presenceStatuses).some(isOnline)) {
    const message = 'none is online, so no rep ever gets work';
    complaints.push(source.complain(['presenceStatuses'], message, 'key'));
  }
  for (const [name, { presenceStatuses: granted }] of Object.entries(org.reps)) {
    const online = (status: string) => {
      const found = memberOf(org.presenceStatuses, status);
      return found !== undefined && isOnline(found);
    };
    if (granted !== undefined && !granted.some(online)) {
      const message = 'none of these is online, so they never get work';
      complaints.push(source.complain(['reps', name, 'presenceStatuses'], message));
    }
  }
  return complaints;
}

/** Queues that flows name by ids of another org: the flow fails, the fallback queue is used. */
function warnOfFlows(org: OrgFile, source: Source): readonly Complaint[] {
  return Object.keys(org.flows).flatMap((name) => {
    const ids = recordIdsIn(JSON.stringify(org.flows[name]));
    return ids.map((id) => {
      const message = `names '${id}', a record id that means nothing in this org: ${FAILS}`;
      return source.complain(['flows', name], message, 'key');
    });
  });
}

const FAILS = 'the flow fails there';

/** Ids of queues are 15 or 18 characters and begin with 00G. */
function recordIdsIn(text: string): readonly string[] {
  return [...new Set(text.match(/\b00G[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?\b/g) ?? [])];
}
