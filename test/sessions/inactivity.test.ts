/** What becomes of sessions by themselves, and of those the business begins. */
import { describe, expect, it } from 'vitest';
import type { Channel, Inactivity } from '../../src/org.ts';
import * as lifecycle from '../../src/sessions/lifecycle.ts';
import type { Thread } from '../../src/sessions/thread.ts';
import { CHANNEL, moment, NOW, says, wants } from './parts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RULE: Inactivity = { idleMs: 10 * MINUTE, action: 'Inactivate', repMessageResets: false };

function lab(rule: Partial<Inactivity> = {}, more: Parameters<typeof moment>[2] = {}) {
  const channel: Channel = {
    ...CHANNEL,
    inactivity: { ...RULE, ...rule },
    autoResponses: { endUserInactive: 'Are you there?', endUserIdle: 'We must leave it at that' },
  };
  const at = (afterMs: number) => moment(afterMs, channel, more);
  let thread = lifecycle.received(undefined, says('hi'), at(0)).thread;
  thread = lifecycle.accepted(thread, 'W@0', at(0))?.thread as Thread;
  return {
    rep(afterMs: number) {
      const ids = { id: `out-${afterMs}`, sessionId: 'S@0', actor: 'Agent' } as const;
      const atMs = NOW + afterMs;
      const entry = { ...ids, atMs, sentMs: atMs, content: { kind: 'text', text: 'so' } } as const;
      thread = lifecycle.sent(thread, entry, at(afterMs)).thread;
    },
    customer(afterMs: number): readonly string[] {
      const step = lifecycle.received(thread, says('well'), at(afterMs));
      thread = step.thread;
      return wants(step);
    },
    time(afterMs: number): readonly string[] {
      const step = lifecycle.due(thread, at(afterMs));
      thread = step?.thread ?? thread;
      return wants(step);
    },
    status: () => thread.session?.status,
    dueAfterMs: () => thread.session?.dueMs && thread.session.dueMs - NOW,
  };
}

describe('the customer-inactivity timer', () => {
  it('starts at the rep’s first message after the customer’s last, not at later ones', () => {
    const session = lab();
    expect(session.dueAfterMs()).toBeUndefined();
    session.rep(MINUTE);
    session.rep(9 * MINUTE);
    expect(session.dueAfterMs()).toBe(11 * MINUTE);
    expect(session.time(11 * MINUTE - 1)).toEqual([]);
    expect(session.time(11 * MINUTE)).toEqual(['respond endUserInactive', 'inactive']);
    expect(session.status()).toBe('Inactive');
  });

  it('is stopped by the customer, and starts anew', () => {
    const session = lab();
    session.rep(MINUTE);
    expect(session.customer(5 * MINUTE)).toEqual(['tellRep']);
    expect(session.time(20 * MINUTE)).toEqual([]);
    session.rep(30 * MINUTE);
    expect(session.dueAfterMs()).toBe(40 * MINUTE);
  });

  it('starts again at every message of the rep where the channel says so', () => {
    const session = lab({ repMessageResets: true });
    session.rep(MINUTE);
    session.rep(9 * MINUTE);
    expect(session.time(11 * MINUTE)).toEqual([]);
    expect(session.time(19 * MINUTE)).toEqual(['respond endUserInactive', 'inactive']);
  });

  it('is inert with status-based capacity', () => {
    const session = lab({}, { endsIdle: false });
    session.rep(MINUTE);
    expect(session.time(HOUR)).toEqual([]);
    expect(session.status()).toBe('Active');
  });

  it('ends the session at once, or later, as the channel says', () => {
    const ends = lab({ action: 'End' });
    ends.rep(0);
    expect(ends.time(10 * MINUTE)).toEqual(['respond endUserIdle', 'ended by System']);
    const both = lab({ action: 'InactivateAndEnd', endsAfterMs: HOUR });
    both.rep(0);
    expect(both.time(10 * MINUTE)).toEqual(['respond endUserInactive', 'inactive']);
    expect(both.time(HOUR)).toEqual([]);
    expect(both.time(HOUR + 10 * MINUTE)).toEqual(['ended by System']);
    expect(both.status()).toBe('Ended');
  });

  it('leaves an inactive session for a day, and the customer may wake it until then', () => {
    const session = lab();
    session.rep(0);
    session.time(10 * MINUTE);
    expect(session.customer(20 * HOUR)).toEqual(['reopen']);
    expect([session.status(), session.dueAfterMs()]).toEqual(['Waiting', undefined]);
    const gone = lab();
    gone.rep(0);
    gone.time(10 * MINUTE);
    expect(gone.time(24 * HOUR + 10 * MINUTE)).toEqual(['ended by System']);
    expect(gone.customer(25 * HOUR)).toEqual(['route']);
  });
});

describe('a session that the business begins', () => {
  const start = (before?: Thread, by: lifecycle.Starter = { rep: 'ann' }) =>
    lifecycle.started(before, 'ada', by, moment());

  it('is new until the customer answers, who then wants a rep', () => {
    const step = start();
    expect(step?.thread.session).toMatchObject({
      status: 'New',
      origin: 'AgentInitiated',
      startedBy: 'ann',
    });
    const answer = lifecycle.received(step?.thread, says('yes?'), moment(MINUTE));
    expect(wants(answer)).toEqual(['route']);
    expect(answer.thread.session).toMatchObject({ status: 'Waiting', dueMs: undefined });
    expect(answer.entries).toHaveLength(1);
    expect(start(undefined, { flow: 'news' })?.thread.session).toMatchObject({
      origin: 'TriggeredOutbound',
      startedBy: undefined,
    });
  });

  it('ends after two days without an answer', () => {
    const { thread } = start()!;
    expect(lifecycle.due(thread, moment(47 * HOUR))).toBeUndefined();
    expect(wants(lifecycle.due(thread, moment(48 * HOUR)))).toEqual(['ended by System']);
  });

  it('does not begin beside another', () => {
    const open = lifecycle.received(undefined, says('hi'), moment()).thread;
    expect(start(open)).toBeUndefined();
    const over = lifecycle.ended(open, 'EndUser', moment(5))?.thread;
    expect(start(over)?.thread.sessionCount).toBe(2);
  });
});

describe('outside business hours', () => {
  it('no session begins, and the customer is told', () => {
    const channel = { ...CHANNEL, autoResponses: { outsideBusinessHours: 'From nine on' } };
    const at = moment(0, channel, { isOpen: false });
    const step = lifecycle.received(undefined, says('hi'), at);
    expect(wants(step)).toEqual(['respond outsideBusinessHours']);
    expect([step.thread.session, step.entries]).toEqual([undefined, []]);
  });

  it('a session that is open goes on', () => {
    const open = lifecycle.received(undefined, says('hi'), moment()).thread;
    const closed = moment(5, CHANNEL, { isOpen: false });
    expect(lifecycle.received(open, says('still there?'), closed).entries).toHaveLength(1);
  });
});

describe('a pause', () => {
  it('keeps an active session with its rep; the next message brings it back', () => {
    const waiting = lifecycle.received(undefined, says('hi'), moment()).thread;
    expect(lifecycle.paused(waiting, 'W@0')).toBeUndefined();
    const active = lifecycle.accepted(waiting, 'W@0', moment(5))?.thread as Thread;
    const paused = lifecycle.paused(active, 'W@0')?.thread as Thread;
    expect(paused.session?.status).toBe('Paused');
    expect(wants(lifecycle.received(paused, says('and?'), moment(9)))).toEqual(['reopen']);
  });
});
