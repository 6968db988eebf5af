import { describe, expect, it } from 'vitest';
import type { EventsBody } from '../../../src/channels/web/wire.ts';
import { json, respond } from '../../../src/http.ts';
import type { Announcement } from '../../../src/message.ts';
import { AT_MS, drive, jsonOf, outbound, saying } from '../driving.ts';
import { ADDRESS, account, adapter, EDGE, SUBJECT } from './channel.ts';

const TAKEN = json(202, { conversationEntries: [] });
const SYSTEM = { appType: 'conversation', role: 'System', subject: 'conversation' };

function announced(rest: Partial<Announcement>, ...answers: Parameters<typeof respond>[]) {
  const about = { to: SUBJECT, key: 'web/N1', atMs: AT_MS + 0.75, sessionId: 'S1' };
  const startedMs = AT_MS - 2000.25;
  const announcement: Announcement = { kind: 'joined', ...about, startedMs, ...rest };
  const responses = answers.map((answer) => respond(...answer));
  const driven = drive(adapter.announce!(announcement), ...responses, TAKEN);
  const bodies = driven.requests.map((request) => jsonOf<EventsBody>(request));
  const events = (bodies[0]?.events ?? []).map(({ event, data }) => {
    const { entryPayload, ...entry } = data.conversationEntry;
    return { event, entry, payload: JSON.parse(entryPayload) };
  });
  return { ...driven, bodies, events };
}

describe('an announcement', () => {
  it('that a rep opened the session hands in that it is active, and who joined', () => {
    const { requests, bodies, events } = announced({ kind: 'joined' });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.url).toBe(`${EDGE}/eventrouter/v1/events`);
    expect(bodies[0]?.recipient.subject).toBe(SUBJECT);
    const [active, joined] = events;
    expect(events.map(({ event }) => event)).toEqual([
      'CONVERSATION_SESSION_STATUS_CHANGED',
      'CONVERSATION_PARTICIPANT_CHANGED',
    ]);
    expect(active?.payload).toEqual({
      entryType: 'SessionStatusChanged',
      id: active?.entry.identifier,
      sessionId: 'S1',
      sessionStatus: 'Active',
      sessionStatusPrev: 'Waiting',
      sessionStartTime: AT_MS - 2001,
      channelAddressIdentifier: ADDRESS,
    });
    expect(joined?.payload).toEqual({
      entryType: 'ParticipantChanged',
      id: joined?.entry.identifier,
      entries: [
        {
          operation: 'add',
          participant: { appType: 'agent', role: 'Agent', subject: account.agentId },
          displayName: account.agentName,
        },
      ],
    });
    expect(active?.entry.identifier).not.toBe(joined?.entry.identifier);
    for (const { entry, payload } of events) {
      expect(entry).toMatchObject({
        senderDisplayName: 'Automated Process',
        entryType: payload.entryType,
        sender: SYSTEM,
        // In whole milliseconds, whatever the clock.
        clientTimestamp: AT_MS,
        transcriptedTimestamp: AT_MS,
      });
    }
  });

  it.each([
    ['Agent', 'Agent'],
    ['EndUser', 'EndUser'],
    ['System', 'System'],
    [undefined, 'System'],
  ] as const)('that the session is over says by whom: %s', (by, sessionEndedByRole) => {
    const { events } = announced({ kind: 'ended', ...(by === undefined ? {} : { by }) });
    expect(events).toHaveLength(1);
    expect(events[0]?.event).toBe('CONVERSATION_SESSION_STATUS_CHANGED');
    expect(events[0]?.payload).toEqual({
      entryType: 'SessionStatusChanged',
      id: events[0]?.entry.identifier,
      sessionId: 'S1',
      sessionStatus: 'Ended',
      sessionEndedByRole,
      sessionStartTime: AT_MS - 2001,
      sessionEndTime: AT_MS,
      channelAddressIdentifier: ADDRESS,
    });
  });

  it('is made again after a failure, with the same entries; not when it is refused', () => {
    const again = announced({ kind: 'joined' }, [503]);
    expect(again.outcome).toMatchObject({ ok: true });
    expect(again.requests).toHaveLength(2);
    expect(again.bodies[1]).toEqual(again.bodies[0]);
    const refused = announced({ kind: 'ended' }, [404]);
    expect(refused.outcome).toMatchObject({ ok: false, failure: 'unreachable' });
    expect(refused.requests).toHaveLength(1);
  });
});

describe('a message', () => {
  const entryOf = (rest: object) => {
    const message = outbound(SUBJECT, saying('hi'), rest);
    const { requests } = drive(adapter.deliver(message), TAKEN);
    const { conversationEntry } = jsonOf<EventsBody>(requests[0]!).events[0]!.data;
    return { ...conversationEntry, payload: JSON.parse(conversationEntry.entryPayload) };
  };

  it('of nobody is the System’s, and an automated response', () => {
    const { sender, senderDisplayName, payload } = entryOf({});
    expect(sender).toEqual(SYSTEM);
    expect(senderDisplayName).toBe('Automated Process');
    expect(payload.messageReason).toBe('AutomatedResponse');
  });

  it('of a rep is the Agent’s, by the account’s name, for no such reason', () => {
    const { sender, senderDisplayName, payload } = entryOf({ rep: 'rep-7' });
    expect(sender).toEqual({ appType: 'agent', role: 'Agent', subject: account.agentId });
    expect(senderDisplayName).toBe(account.agentName);
    expect(payload).not.toHaveProperty('messageReason');
  });
});
