/** A customer's ears and patience: what was heard, from whom, how long after it was asked for. */
import type { PhoneMessage } from '../mock-providers/provider.ts';
import type { CustomerFact, Outcome } from '../src/facts.ts';
import { type Choice, type Content, textOf } from '../src/message.ts';
import type { Channel } from '../src/org.ts';
import type { Clock, Recorder, Timer } from '../src/ports.ts';
import type { Mailbox } from './mailbox.ts';
import type { Sendable } from './plan.ts';
import type { Voices } from './voices.ts';

export interface ListenerParts {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly channel: Channel;
  readonly voices: Voices;
}

export type Listener = ReturnType<typeof createListener>;

export function createListener(
  ids: { readonly conversation: number; readonly channel: string },
  mailbox: Mailbox,
  { clock, recorder, channel, voices }: ListenerParts,
) {
  let patience: Timer | undefined;
  let unansweredSince: number | undefined;
  let turn = 0;
  let repHeard = false;
  let dismissed = false;
  let choices: readonly Choice[] = [];
  let lastMessageId: string | undefined;
  let lastText = '';

  return {
    lastHeard: () => lastText,
    reasonForSilence(): Outcome {
      if (dismissed) return 'cutShort';
      return repHeard ? 'unanswered' : 'abandoned';
    },
    startPatience(ms: number) {
      patience = clock.after(ms, mailbox.interrupt);
    },
    stopPatience: () => patience?.cancel(),
    /** The intended send time is now, however long the sending takes. */
    said() {
      turn += 1;
      unansweredSince ??= clock.now();
      recorder.record({ type: 'said', at: clock.now(), ...ids, turn });
    },
    hear({ content, byPlatform, messageId }: PhoneMessage) {
      lastMessageId = messageId;
      const text = textOf(content);
      lastText = text;
      const from = byPlatform === true ? 'auto' : voices.of(channel, text);
      const at = clock.now();
      const first = from === 'rep' && !repHeard;
      const sinceSaidMs = unansweredSince === undefined ? undefined : at - unansweredSince;
      const answer: CustomerFact = { type: 'heard', at, ...ids, from, first };
      recorder.record(sinceSaidMs === undefined ? answer : { ...answer, sinceSaidMs });
      if (from === 'rep') {
        repHeard = true;
        unansweredSince = undefined;
      }
      if (from === 'rep' || text === channel.autoResponses.agentEngaged) patience?.cancel();
      if (content.kind === 'text' && content.choices !== undefined) choices = content.choices;
      mailbox.put({ from, content });
      if (text !== channel.autoResponses.agentEnd) return;
      dismissed = true;
      mailbox.interrupt();
    },
    /** A reaction is to the last message that came; without one, customers type it. */
    sendable(what: Sendable): Content {
      if (what.kind !== 'reaction') return what;
      if (lastMessageId === undefined) return { kind: 'text', text: what.emoji };
      return { ...what, messageId: lastMessageId };
    },
    choose(wanted: string | number): Content {
      const found =
        typeof wanted === 'number'
          ? choices[wanted - 1]
          : choices.find(({ title }) => title.toLowerCase() === wanted.toLowerCase());
      if (found !== undefined) return { kind: 'choice', ...found };
      // Where the channel has no quick replies the customer types what they would have picked.
      return { kind: 'text', text: String(wanted) };
    },
  };
}
