/** The life of a messaging session, step by step. */
import { describe, expect, it } from 'vitest';
import * as lifecycle from '../../src/sessions/lifecycle.ts';
import type { Thread } from '../../src/sessions/thread.ts';
import { CHANNEL, KEEP_MS, moment, NOW, says, wants } from './parts.ts';

const hear = (thread: Thread | undefined, text: string, afterMs = 0) =>
  lifecycle.received(thread, says(text), moment(afterMs));

const waiting = () => hear(undefined, 'hi').thread;
const active = (afterMs = 10) =>
  lifecycle.accepted(waiting(), 'W@0', moment(afterMs))?.thread as Thread;

describe('a first message', () => {
  it('begins a session that waits for a rep, and is acknowledged', () => {
    const message = says('hi', { profileName: 'Ada' });
    const step = lifecycle.received(undefined, message, moment());
    expect(wants(step)).toEqual(['route', 'respond initial']);
    expect(step.effects).toMatchObject([{ text: 'hi' }, { text: 'Hello' }]);
    expect(step.thread).toEqual({
      key: 'chat:ada',
      channelId: 'chat',
      address: 'ada',
      profileName: 'Ada',
      consent: 'ImplicitlyOptedIn',
      lastInboundMs: NOW,
      lastMessageId: message.messageId,
      readToken: undefined,
      replyToken: undefined,
      consentSentMs: 0,
      sessionCount: 1,
      sends: [],
      keepUntilMs: NOW + KEEP_MS,
      session: {
        id: 'S@0',
        status: 'Waiting',
        origin: 'InboundInitiated',
        startedMs: NOW,
        workId: 'W@0',
        wanted: { text: 'hi' },
        waitingSinceMs: NOW,
        acceptedMs: undefined,
        endedMs: undefined,
        endedBy: undefined,
        unansweredSinceMs: NOW,
        repliedOnce: false,
      },
    });
    expect(step.entries).toEqual([
      {
        id: message.messageId,
        sessionId: 'S@0',
        actor: 'EndUser',
        atMs: NOW,
        sentMs: NOW,
        content: message.content,
      },
    ]);
  });

  it('is not acknowledged where the channel has no words for it', () => {
    const silent = { ...CHANNEL, autoResponses: {} };
    expect(wants(lifecycle.received(undefined, says('hi'), moment(0, silent)))).toEqual(['route']);
  });
});

describe('a further message', () => {
  it('while waiting goes into the same session, is routed no second time and told nobody', () => {
    const step = hear(waiting(), 'anybody?', 500);
    expect(wants(step)).toEqual([]);
    expect(step.thread.session).toMatchObject({ id: 'S@0', unansweredSinceMs: NOW });
    expect(step.thread).toMatchObject({ sessionCount: 1, lastInboundMs: NOW + 500 });
    expect(step.entries).toMatchObject([{ sessionId: 'S@0', atMs: NOW + 500 }]);
  });

  it('in an active session is told to the rep', () => {
    const step = hear(active(), 'and another thing', 500);
    expect(wants(step)).toEqual(['tellRep']);
    expect(step.effects).toMatchObject([{ entry: step.entries[0], session: { workId: 'W@0' } }]);
  });

  it('keeps the time of the oldest message that has no answer yet', () => {
    const entry = (id: string) => ({
      id,
      sessionId: 'S@0',
      actor: 'Agent' as const,
      atMs: NOW + 20,
      sentMs: NOW + 20,
      content: { kind: 'text' as const, text: 'yes?' },
    });
    const answered = lifecycle.sent(active(), entry('out-1'), moment(20));
    expect(answered.thread.session).toMatchObject({ repliedOnce: true });
    expect(answered.thread.session?.unansweredSinceMs).toBeUndefined();
    const asked = hear(hear(answered.thread, 'first', 100).thread, 'second', 200);
    expect(asked.thread.session).toMatchObject({ unansweredSinceMs: NOW + 100, repliedOnce: true });
    const auto = { ...entry('out-2'), actor: 'System' as const };
    const greeted = lifecycle.sent(asked.thread, auto, moment(20));
    expect(greeted.thread.session).toEqual(asked.thread.session);
    expect(greeted.entries).toEqual([auto]);
    const stale = lifecycle.sent(
      asked.thread,
      { ...entry('out-3'), sessionId: 'an older one' },
      moment(20),
    );
    expect(stale.thread.session).toEqual(asked.thread.session);
    expect(stale.entries).toHaveLength(1);
  });

  it('after the end begins a new session, counted', () => {
    const over = lifecycle.ended(active(), 'Agent', moment(1000))?.thread;
    const step = hear(over, 'me again', 2000);
    expect(wants(step)).toEqual(['route', 'respond initial']);
    expect(step.thread).toMatchObject({ sessionCount: 2, session: { id: 'S@2000' } });
  });
});

describe('an accept', () => {
  it('makes the session active and says so', () => {
    const step = lifecycle.accepted(waiting(), 'W@0', moment(70));
    expect(wants(step)).toEqual(['respond agentEngaged']);
    expect(step?.thread.session).toMatchObject({ status: 'Active', acceptedMs: NOW + 70 });
    const again = lifecycle.accepted(step?.thread as Thread, 'W@0', moment(90));
    expect(again?.thread.session?.acceptedMs).toBe(NOW + 70);
  });

  it('of a session that is over, or of another’s work, is nothing', () => {
    const over = lifecycle.ended(waiting(), 'EndUser', moment(5))?.thread as Thread;
    expect(lifecycle.accepted(over, 'W@0', moment(9))).toBeUndefined();
    expect(lifecycle.accepted(waiting(), 'W@other', moment(9))).toBeUndefined();
  });
});

describe('an end', () => {
  it.each([
    ['EndUser', ['ended by EndUser']],
    ['System', ['ended by System']],
    ['Agent', ['respond agentEnd', 'ended by Agent']],
  ] as const)('by %s is final, and the customer is told when the rep did it', (by, effects) => {
    const step = lifecycle.ended(active(), by, moment(300));
    expect(wants(step)).toEqual(effects);
    const { session, keepUntilMs } = step!.thread;
    expect(session).toMatchObject({ status: 'Ended', endedBy: by, endedMs: NOW + 300 });
    expect(session?.acceptedMs).toBe(NOW + 10);
    expect(keepUntilMs).toBe(NOW + 300 + KEEP_MS);
    expect(lifecycle.ended(step?.thread as Thread, 'System', moment(400))).toBeUndefined();
  });
});

describe('keywords', () => {
  it.each(['stop', 'STOP', '  Stop \n', 'quit'])('%j opts out', (word) => {
    const step = hear(active(), word, 50);
    expect(wants(step)).toEqual([
      'consent OptedOut',
      'ended by EndUser',
      'respond optOutConfirmation',
    ]);
    expect(step.thread).toMatchObject({
      consent: 'OptedOut',
      lastInboundMs: NOW + 50,
      session: { status: 'Ended', endedBy: 'EndUser' },
    });
  });

  it.each(['stop it', 'please stop', 'stop!', 'stopp', 'nonstop'])(
    '%j is a message like any other',
    (text) => {
      expect(wants(hear(active(), text))).toEqual(['tellRep']);
      expect(wants(hear(undefined, text))).toEqual(['route', 'respond initial']);
    },
  );

  it('are found whatever case and space the org has them in', () => {
    const keywords = { optOut: ['STOP', ' End '], optIn: ['Start'], help: ['HELP'], end: ['BYE'] };
    const at = moment(50, { ...CHANNEL, keywords });
    const said = (word: string) => wants(lifecycle.received(active(), says(word), at));
    expect(said('stop')).toContain('consent OptedOut');
    expect(said('END')).toContain('consent OptedOut');
    expect(said('start')).toContain('respond optInConfirmation');
    expect(said('help')).toEqual(['respond help']);
    expect(said('Bye')).toEqual(['ended by EndUser']);
  });

  it('count when they are picked as a quick reply', () => {
    const content = { kind: 'choice', id: '1', title: 'Stop' } as const;
    const step = lifecycle.received(active(), says('', { content }), moment());
    expect(step.thread.consent).toBe('OptedOut');
  });

  it('opt out somebody without a session, and begin none', () => {
    const step = hear(undefined, 'stop');
    expect(wants(step)).toEqual(['consent OptedOut', 'respond optOutConfirmation']);
    expect(step.thread).toMatchObject({ consent: 'OptedOut', sessionCount: 0 });
    expect(step.thread.session).toBeUndefined();
  });

  it('end a session that waits: nobody is to be kept on it', () => {
    expect(wants(hear(waiting(), 'stop'))).toContain('ended by EndUser');
    expect(wants(hear(waiting(), 'bye'))).toEqual(['ended by EndUser']);
    expect(wants(hear(active(), ' BYE '))).toEqual(['ended by EndUser']);
  });

  it('ask for help without disturbing the session, or beginning one', () => {
    const step = hear(active(), 'Help', 40);
    expect(wants(step)).toEqual(['respond help']);
    expect(step.thread.session).toEqual(active().session);
    expect(step.thread.lastInboundMs).toBe(NOW + 40);
    expect(hear(undefined, 'help').thread.session).toBeUndefined();
    const out = hear(active(), 'stop', 100).thread;
    expect(wants(hear(out, 'help', 200))).toEqual([]);
  });

  it('say goodbye to nobody without beginning a session', () => {
    const step = hear(undefined, 'bye');
    expect([wants(step), step.thread.sessionCount]).toEqual([[], 0]);
  });
});

describe('an opted-out customer', () => {
  const out = () => hear(active(), 'stop', 50).thread;

  it('begins no session and is told nothing, but is remembered as having written', () => {
    const step = hear(out(), 'hello?', 900);
    expect([wants(step), step.entries]).toEqual([[], []]);
    expect(step.thread).toMatchObject({ sessionCount: 1, lastInboundMs: NOW + 900 });
    expect(step.thread.session?.status).toBe('Ended');
  });

  it('is back by the opt-in word, with a confirmation; the next message begins a session', () => {
    const step = hear(out(), 'START', 900);
    expect(wants(step)).toEqual(['consent ExplicitlyOptedIn', 'respond optInConfirmation']);
    expect(step.thread.consent).toBe('ExplicitlyOptedIn');
    expect(wants(hear(step.thread, 'hi', 950))).toEqual(['route', 'respond initial']);
    expect(wants(hear(active(), 'start'))).toEqual([
      'consent ExplicitlyOptedIn',
      'respond optInConfirmation',
    ]);
  });

  it('is opted out once, however the stack learns of it', () => {
    expect(lifecycle.foundOptedOut(out(), moment(60))).toBeUndefined();
    const found = lifecycle.foundOptedOut(active(), moment(60));
    expect(wants(found)).toEqual(['consent OptedOut', 'ended by EndUser']);
    expect(found?.thread).toMatchObject({ consent: 'OptedOut', session: { status: 'Ended' } });
    expect(wants(hear(out(), 'stop', 70))).not.toContain('consent OptedOut');
  });
});
