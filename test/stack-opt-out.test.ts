/**
 * Who has opted out is sent nothing, on any path, under any interleaving: random conversations in
 * which messages take several calls, with pauses, and everybody writes at the same time. No call
 * to the customer may begin after the webhook of their STOP was acknowledged.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StackError } from '../src/errors.ts';
import { respond } from '../src/http.ts';
import { type OutboundMessage, type SendOutcome, textOf } from '../src/message.ts';
import { createOutbox } from '../src/outbox.ts';
import type { Answered, ChannelAdapter, Delivery } from '../src/ports.ts';
import { createMemoryStore } from '../src/stores/memory/store.ts';
import { CHANNEL, createStackLab } from './stack-lab.ts';
import { delayed } from './stores/delayed.ts';

const CONFIRMATION = 'You are out';
const RESPONSES = {
  ...CHANNEL.autoResponses,
  optOutConfirmation: CONFIRMATION,
  endUserInactive: 'Are you there?',
  reroute: 'One moment',
};

type Act = 'hi' | 'stop' | 'start' | 'help' | 'reply' | 'typing' | 'transfer' | 'write' | 'end';

const act = fc.record({
  does: fc.constantFrom<Act>(
    ...(['hi', 'hi', 'stop', 'stop', 'start', 'help'] as const),
    ...(['reply', 'reply', 'reply', 'typing', 'transfer', 'write', 'end'] as const),
  ),
  /** Before the next one; mostly none at all. */
  pauseMs: fc.constantFrom(0, 0, 0, 1, 2, 5, 400_000),
});

/** Three calls for each message, with pauses between them. */
function adapterOf(calls: (text: string) => void): ChannelAdapter {
  function* deliver(message: OutboundMessage): Delivery {
    for (const afterMs of [0, 2, 3]) {
      const url = `http://platform/${encodeURIComponent(textOf(message.content))}`;
      const request = { method: 'POST', url, headers: {}, body: Buffer.alloc(0) };
      const answer: Answered = yield afterMs > 0 ? { ...request, afterMs } : request;
      if (answer instanceof StackError) throw answer;
      calls('answered');
    }
    return { ok: true, messageId: `${message.key}` } satisfies SendOutcome;
  }
  return {
    receive: () => ({ ok: false, reason: 'never', response: respond(404) }),
    deliver,
  };
}

it('sends nothing to who has opted out', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 25 }), fc.boolean(), run),
    { numRuns: Number(process.env.RUNS ?? 150) },
  );
});

async function run(acts: readonly { does: Act; pauseMs: number }[], isSlow: boolean) {
  let optedOutAt: number | undefined;
  let starts = 0;
  let starting = 0;
  const wrong: string[] = [];
  const lab = createStackLab({
    channels: {
      chat: {
        ...CHANNEL,
        autoResponses: RESPONSES,
        inactivity: { idleMs: 300_000, action: 'Inactivate', repMessageResets: false },
      },
    },
    reps: { ann: { count: 1, queues: ['support'], presenceConfig: 'normal' } },
    store: isSlow ? delayed(createMemoryStore(), 1) : createMemoryStore(),
    send: (message, mayGoOn) => outbox.send('chat', message, mayGoOn),
  });
  const transport = {
    async send({ url }: { url: string }) {
      const text = decodeURIComponent(url.slice('http://platform/'.length));
      if (optedOutAt !== undefined && text !== CONFIRMATION) {
        wrong.push(`${text} at ${lab.clock.now()}, opted out at ${optedOutAt}`);
      }
      await lab.clock.sleep(1);
      return respond(200);
    },
  };
  const outbox = createOutbox(new Map([['chat', adapterOf(() => {})]]), transport, lab.clock);
  const ann = lab.seat('ann');
  const ada = lab.customer('ada');
  const work = () => ann.offers.at(-1)?.id ?? '';
  const doing: Record<Act, () => Promise<unknown>> = {
    hi: () => ada.say('hi'),
    help: () => ada.say('help'),
    stop: async () => {
      const before = starts;
      await ada.say('stop');
      if (starts === before && starting === 0) optedOutAt = lab.clock.now();
    },
    start: async () => {
      // From the moment it is sent, the stack may know; who says both at once has said nothing.
      optedOutAt = undefined;
      starts += 1;
      starting += 1;
      await ada.say('start');
      starting -= 1;
    },
    reply: async () => {
      await ann.accept(work());
      await ann.say(work(), 'How can I help?');
    },
    typing: () => ann.typing(work(), true),
    transfer: () => ann.transfer(work(), { queue: 'support' }),
    write: () =>
      lab.stack.outreach.write('chat', 'ada', { kind: 'text', text: 'News' }, { flow: 'news' }),
    end: () => ann.end(work()),
  };
  await lab.inside(async () => {
    for (const { does, pauseMs } of acts) {
      lab.clock.spawn(does, async () => {
        try {
          await doing[does]();
        } catch (error) {
          if (!(error instanceof StackError)) throw error;
        }
      });
      if (pauseMs > 0) await lab.clock.sleep(pauseMs);
    }
  });
  expect(wrong).toEqual([]);
}
