/**
 * What the Interaction Service finds wrong with a history that a partner brings along, by the codes
 * of ERRORCODES.md (salesforce-misc/interaction-service-apis).
 */
import type { BYOC_CCAAS_LIMITS } from '../../src/channels/byoc-ccaas/limits.ts';
import { type Json, listOf, numberOf, recordOf, textOf } from '../../src/channels/json.ts';
import { checkMessage, isTime, type ProblemCode } from '../byoc/rules.ts';

type Limits = { readonly [K in keyof typeof BYOC_CCAAS_LIMITS]: number };

/** Who had the conversation, and what they said in it, up to `nowMs` (Unix). */
export function checkHistory(body: Json, limits: Limits, nowMs: number): ProblemCode | undefined {
  const people = listOf(body.conversationParticipants);
  const entries = listOf(body.conversationEntries);
  if (people.length > limits.historyParticipants) return 10089;
  if (entries.length === 0 || entries.length > limits.historyEntries) return 10078;
  return (
    checkPeople(people) ??
    firstOf(people, checkStay) ??
    checkEntries(entries, people, limits, nowMs)
  );
}

function checkPeople(people: readonly Json[]): ProblemCode | undefined {
  if (people.length === 0) return 10039;
  const participants = people.map(({ participant }) => recordOf(participant));
  const subjects = new Set(participants.map(({ subject }) => textOf(subject)));
  if (participants.some(({ role }) => role !== 'EndUser' && role !== 'Chatbot')) return 10043;
  if (subjects.size < people.length) return 10101;
  if (subjects.has('')) return 10054;
  const endUsers = participants.filter(({ role }) => role === 'EndUser');
  if (endUsers.length === 0) return 10042;
  return endUsers.length > 1 ? 10044 : undefined;
}

/** An end user stays; a bot has left, after it came. */
function checkStay({ participant, joinedTime, leftTime }: Json): ProblemCode | undefined {
  if (!isTime(joinedTime)) return 10067;
  if (recordOf(participant).role === 'EndUser') return leftTime === undefined ? undefined : 10065;
  if (!isTime(leftTime)) return 10066;
  return (numberOf(joinedTime) ?? 0) < (numberOf(leftTime) ?? 0) ? undefined : 10067;
}

function checkEntries(
  entries: readonly Json[],
  people: readonly Json[],
  limits: Limits,
  nowMs: number,
): ProblemCode | undefined {
  const subjects = new Set(people.map(({ participant }) => recordOf(participant).subject));
  const ids = new Set(entries.map(({ entryPayload }) => textOf(recordOf(entryPayload).id)));
  if (ids.size < entries.length) return 10073;
  return firstOf(entries, ({ clientTimestamp, sender, entryPayload }) => {
    const at = numberOf(clientTimestamp);
    if (at === undefined || at > nowMs || nowMs - at > limits.historyMs) return 10046;
    const { subject, role } = recordOf(sender);
    if (!subjects.has(subject)) return 10068;
    const entry = recordOf(entryPayload);
    if (entry.entryType !== 'Message') return 10045;
    const message = recordOf(entry.abstractMessage);
    // Bots may offer choices and forms as well.
    return role === 'EndUser' ? checkMessage(message, textOf(entry.id)) : checkIds(message, entry);
  });
}

function checkIds(message: Json, entry: Json): ProblemCode | undefined {
  if (textOf(message.id) === '') return 10059;
  return message.id === entry.id ? undefined : 10060;
}

function firstOf(
  items: readonly Json[],
  check: (item: Json) => ProblemCode | undefined,
): ProblemCode | undefined {
  for (const item of items) {
    const code = check(item);
    if (code !== undefined) return code;
  }
  return undefined;
}
