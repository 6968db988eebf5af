/**
 * A simulated customer: an ordinary async process that follows a script on a phone. It sees only
 * what a customer sees, messages; it knows nothing of queues or reps.
 */
import type { Phone, PhoneMessage, Provider } from '../mock-providers/provider.ts';
import type { CustomerFact, Outcome } from '../src/facts.ts';
import { type Choice, type Content, textOf } from '../src/message.ts';
import type { Channel } from '../src/org.ts';
import type { Clock, Recorder, Timer } from '../src/ports.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type { CustomerScript, Sendable, Step } from './plan.ts';
import type { Random } from './random.ts';
import type { Voices } from './voices.ts';

export interface CustomerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly provider: Provider;
  readonly channelId: string;
  readonly channel: Channel;
  readonly voices: Voices;
  /** Fills `{{…}}` in. */
  readonly fill: (text: string, customer: number) => string;
}

/** An `expect` without `within` gives up after this: silence is an outcome, not a hang. */
export const DEFAULT_WITHIN_MS = 30 * 60_000;

/** Runs customer `n` to the end of their conversation, and of those they come back for. */
export async function runCustomer(
  n: number,
  script: CustomerScript,
  parts: CustomerParts,
): Promise<Outcome> {
  const { clock, random } = parts;
  const { share = 0, after, atMost = Number.POSITIVE_INFINITY } = script.returns ?? {};
  for (let visit = 0; ; visit += 1) {
    const outcome = await runVisit(n, visit, script, parts);
    const again = outcome === 'abandoned' && after !== undefined && visit < atMost;
    const id = idOf(n, visit);
    if (!again || random.uniform('returns', id) >= share) return outcome;
    await clock.sleep(random.draw(after, 'returns after', id));
  }
}

/** Of a visit, for chance. */
const idOf = (n: number, visit: number) => (visit === 0 ? n : `${n}/${visit}`);

/** No scenario has so many customers: visits after the first are numbered beyond them. */
const VISITS_APART = 2 ** 40;

async function runVisit(
  n: number,
  visit: number,
  script: CustomerScript,
  parts: CustomerParts,
): Promise<Outcome> {
  const { clock, recorder, channelId } = parts;
  const address = parts.provider.addressOf(n);
  const ids = { conversation: n + visit * VISITS_APART, channel: channelId };
  const began = clock.now();
  const endUser = `${channelId}:${address}`;
  const which = visit === 0 ? {} : { visit };
  recorder.record({ type: 'arrived', at: began, ...ids, script: script.name, endUser, ...which });
  const mailbox = createMailbox(clock, `customer ${n}`);
  const listener = createListener(ids, mailbox, parts);
  const phone = parts.provider.connect(address, `Customer ${n}`, listener.hear);
  if (script.patience !== undefined) {
    listener.startPatience(parts.random.draw(script.patience, 'patience', idOf(n, visit)));
  }
  const conversation = { n, visit, ids, script, parts, phone, mailbox, listener };
  const { outcome, saysSo } = await follow(conversation);
  if (saysSo) await sayGoodbye(conversation);
  listener.stopPatience();
  phone.disconnect();
  const at = clock.now();
  recorder.record({ type: 'left', at, ...ids, outcome, lastedMs: at - began });
  return outcome;
}

interface Conversation {
  readonly n: number;
  readonly visit: number;
  readonly ids: { readonly conversation: number; readonly channel: string };
  readonly script: CustomerScript;
  readonly parts: CustomerParts;
  readonly phone: Phone;
  readonly mailbox: Mailbox;
  readonly listener: Listener;
}

interface Ending {
  readonly outcome: Outcome;
  /** Whether the customer lets the business know. */
  readonly saysSo: boolean;
}

/** Runs the steps. A script that ends without `leave` ends in silence. */
async function follow(conversation: Conversation): Promise<Ending> {
  const { script, mailbox, listener } = conversation;
  const gaveUp = (outcome: Outcome): Ending => {
    return { outcome, saysSo: script.leaves === 'announced' && outcome !== 'cutShort' };
  };
  for (let index = 0; index < script.steps.length; index += 1) {
    const step = script.steps[index] as Step;
    if (step.do === 'leave') return { outcome: 'completed', saysSo: true };
    if (mailbox.interrupted()) return gaveUp(listener.reasonForSilence());
    const went = await perform(step, index, conversation);
    if (went === 'refused') return { outcome: 'refused', saysSo: false };
    if (went === 'missed') return gaveUp(listener.reasonForSilence());
  }
  return { outcome: 'completed', saysSo: false };
}

type Went = 'done' | 'refused' | 'missed';

function perform(step: Step, index: number, conversation: Conversation): Promise<Went> {
  const { n, visit, parts, mailbox, listener } = conversation;
  if (step.do === 'say') {
    return say(conversation, { kind: 'text', text: parts.fill(step.text, n) });
  }
  if (step.do === 'send') return say(conversation, listener.sendable(step.what));
  if (step.do === 'choose') return say(conversation, listener.choose(step.title));
  if (step.do === 'think') {
    const ms = parts.random.draw(step.for, `think ${index}`, idOf(n, visit));
    return mailbox.pause(ms).then(() => 'done');
  }
  if (step.do === 'expect') return expect(step, index, conversation);
  return Promise.resolve('done');
}

function say({ phone, listener }: Conversation, content: Content): Promise<Went> {
  listener.said();
  return phone.send(content).then((report) => (report.ok ? 'done' : 'refused'));
}

type Expect = Extract<Step, { do: 'expect' }>;

async function expect(
  step: Expect,
  index: number,
  { ids, parts, mailbox }: Conversation,
): Promise<Went> {
  const { clock, recorder } = parts;
  const began = clock.now();
  const until = began + (step.withinMs ?? DEFAULT_WITHIN_MS);
  const pattern = step.matches === undefined ? undefined : new RegExp(step.matches, 'i');
  for (;;) {
    const heard = await mailbox.next(until - clock.now());
    if (heard === undefined) {
      const at = clock.now();
      const waitedMs = at - began;
      recorder.record({ type: 'expectationMissed', at, ...ids, step: index + 1, waitedMs });
      return 'missed';
    }
    const fromThem = step.from === 'any' || step.from === heard.from;
    if (fromThem && (pattern === undefined || pattern.test(textOf(heard.content)))) return 'done';
  }
}

/** Tells the platform, where it has a way to; else says the channel's end keyword, if any. */
async function sayGoodbye({ parts, phone }: Conversation): Promise<void> {
  if (phone.leave !== undefined) return phone.leave();
  const [word] = parts.channel.keywords.end;
  if (word !== undefined) await phone.send({ kind: 'text', text: word });
}

type Listener = ReturnType<typeof createListener>;

/** The customer's ears: what was heard, from whom, how long after it was asked for. */
function createListener(
  ids: { readonly conversation: number; readonly channel: string },
  mailbox: Mailbox,
  { clock, recorder, channel, voices }: CustomerParts,
) {
  let patience: Timer | undefined;
  let unansweredSince: number | undefined;
  let turn = 0;
  let repHeard = false;
  let dismissed = false;
  let choices: readonly Choice[] = [];
  let lastMessageId: string | undefined;

  return {
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
