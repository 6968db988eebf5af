/** What platforms tell late, twice or by the way: none of it may undo what came after it. */
import { describe, expect, it } from 'vitest';
import * as lifecycle from '../../src/sessions/lifecycle.ts';
import type { Thread } from '../../src/sessions/thread.ts';
import { moment, NOW, says, wants } from './parts.ts';

const hear = (thread: Thread | undefined, text: string, afterMs: number, sentAfterMs = afterMs) =>
  lifecycle.received(thread, says(text, { sentMs: NOW + sentAfterMs }), moment(afterMs));

const waiting = () => hear(undefined, 'hi', 0).thread;

describe('a late message', () => {
  it('keeps the time it was sent at, beside the time it came', () => {
    const { entries } = hear(waiting(), 'late', 500, 20);
    expect(entries).toMatchObject([{ atMs: NOW + 500, sentMs: NOW + 20 }]);
  });

  it('of opting out changes nothing once the customer has opted in again', () => {
    const out = hear(waiting(), 'stop', 100).thread;
    const back = hear(out, 'start', 300).thread;
    const late = hear(back, 'stop', 400, 200);
    expect(late.thread.consent).toBe('ExplicitlyOptedIn');
    expect(wants(late)).toEqual([]);
  });

  it('of opting in changes nothing once the customer has opted out', () => {
    const out = hear(waiting(), 'stop', 300).thread;
    expect(hear(out, 'start', 400, 200).thread.consent).toBe('OptedOut');
    expect(hear(out, 'start', 400, 301).thread.consent).toBe('ExplicitlyOptedIn');
  });
});

describe('a late word that the customer has left', () => {
  it('ends the session it is about, and none that began after it', () => {
    const first = waiting();
    expect(lifecycle.left(first, NOW + 10, moment(20))?.thread.session?.status).toBe('Ended');
    const over = lifecycle.ended(first, 'Agent', moment(50))?.thread;
    const second = hear(over, 'again', 100).thread;
    expect(lifecycle.left(second, NOW + 10, moment(120))).toBeUndefined();
    expect(lifecycle.left(second, undefined, moment(120))?.thread.session?.status).toBe('Ended');
  });
});

describe('a reaction', () => {
  const thumb = { kind: 'reaction', emoji: '👍', messageId: 'out-1' } as const;
  const react = (thread: Thread | undefined) =>
    lifecycle.received(thread, says('', { content: thumb }), moment(900));

  it('asks for no rep', () => {
    expect(wants(react(undefined))).toEqual([]);
    expect(react(undefined).thread.session).toBeUndefined();
  });

  it('is told to the rep and opens the window, but waits for no answer', () => {
    const active = lifecycle.accepted(waiting(), 'W@0', moment(10))?.thread as Thread;
    const answer = { id: 'out-1', sessionId: 'S@0', actor: 'Agent', content: thumb } as const;
    const answered = lifecycle.sent(active, { ...answer, atMs: NOW, sentMs: NOW }, moment()).thread;
    const step = react(answered);
    expect(wants(step)).toEqual(['tellRep']);
    expect(step.thread.lastInboundMs).toBe(NOW + 900);
    expect(step.thread.session?.unansweredSinceMs).toBeUndefined();
  });
});

describe('a reply token', () => {
  it('is that of the last message, and gone once something was sent', () => {
    const replyToken = { token: 't1', untilMs: NOW + 60_000 };
    const { thread } = lifecycle.received(undefined, says('hi', { replyToken }), moment());
    expect(thread.replyToken).toEqual(replyToken);
    const entry = { id: 'o', sessionId: 'S@0', actor: 'System', atMs: NOW, sentMs: NOW } as const;
    const sent = lifecycle.sent(
      thread,
      { ...entry, content: { kind: 'text', text: 'Hello' } },
      moment(),
    );
    expect(sent.thread.replyToken).toBeUndefined();
    expect(hear(thread, 'and', 10).thread.replyToken).toBeUndefined();
  });
});
