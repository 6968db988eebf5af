/**
 * A simulated customer: an ordinary async process that follows a script on a phone. It sees only
 * what a customer sees, messages; it knows nothing of queues or reps.
 */
import type { Phone, Provider } from '../mock-providers/provider.ts';
import type { Outcome } from '../src/facts.ts';
import { type Content, textOf } from '../src/message.ts';
import { createListener, type Listener, type ListenerParts } from './listener.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type { CustomerScript, ScriptCondition, Step } from './plan.ts';
import type { Random } from './random.ts';
import type { Variables } from './templates.ts';

export interface CustomerParts extends ListenerParts {
  readonly random: Random;
  readonly provider: Provider;
  readonly channelId: string;
  /** Fills `{{…}}` in. */
  readonly fill: (text: string, customer: number, variables?: Variables) => string;
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
  const chance = idOf(n, visit);
  const own = { variables: {}, mailbox, listener };
  const conversation = { n, visit, chance, ids, script, parts, phone, ...own };
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
  /** What draws of this visit are keyed by. */
  readonly chance: string | number;
  readonly variables: Record<string, string>;
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
  const { script } = conversation;
  return (await take(script.steps, '', conversation)) ?? { outcome: 'completed', saysSo: false };
}

/** Steps one after the other; how they ended the conversation, if they did. */
async function take(
  steps: readonly Step[],
  path: string,
  conversation: Conversation,
): Promise<Ending | undefined> {
  const { script, mailbox, listener } = conversation;
  const gaveUp = (outcome: Outcome): Ending => {
    return { outcome, saysSo: script.leaves === 'announced' && outcome !== 'cutShort' };
  };
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index] as Step;
    const place = `${path}${index}`;
    if (step.do === 'leave') return { outcome: 'completed', saysSo: true };
    if (mailbox.interrupted()) return gaveUp(listener.reasonForSilence());
    const went = await perform(step, place, conversation);
    if (typeof went === 'object') return went;
    if (went === 'refused') return { outcome: 'refused', saysSo: false };
    if (went === 'missed') return gaveUp(listener.reasonForSilence());
  }
  return undefined;
}

type Went = 'done' | 'refused' | 'missed' | Ending;

async function perform(step: Step, place: string, conversation: Conversation): Promise<Went> {
  const { parts, mailbox, listener, chance } = conversation;
  if (step.do === 'say') {
    return say(conversation, { kind: 'text', text: fillIn(step.text, conversation) });
  }
  if (step.do === 'send') return say(conversation, listener.sendable(step.what));
  if (step.do === 'choose') return say(conversation, listener.choose(step.title));
  if (step.do === 'think') {
    const ms = parts.random.draw(step.for, `think ${place}`, chance);
    return mailbox.pause(ms).then(() => 'done');
  }
  if (step.do === 'expect') return expect(step, place, conversation);
  return (await turn(step, place, conversation)) ?? 'done';
}

type Turning = Extract<Step, { do: 'set' | 'branch' | 'repeat' | 'either' | 'leave' }>;

/** What a script does beside talking: it remembers, chooses, goes round. */
async function turn(
  step: Turning,
  place: string,
  conversation: Conversation,
): Promise<Ending | undefined> {
  const { parts, variables, chance } = conversation;
  if (step.do === 'set') {
    for (const [name, text] of Object.entries(step.values)) {
      variables[name] = fillIn(text, conversation);
    }
  } else if (step.do === 'branch') {
    const holds = isTrue(step.when, place, conversation);
    const [steps, way] = holds ? [step.consequent, 'then'] : [step.otherwise, 'else'];
    return take(steps, `${place}.${way}.`, conversation);
  } else if (step.do === 'either') {
    const total = step.ways.reduce((sum, { weight }) => sum + weight, 0);
    let left = parts.random.uniform(`either ${place}`, chance) * total;
    const found = step.ways.findIndex(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    const way = found < 0 ? step.ways.length - 1 : found;
    return take(step.ways[way]?.steps ?? [], `${place}.${way}.`, conversation);
  } else if (step.do === 'repeat') {
    for (let round = 0; round < step.times; round += 1) {
      const ended = await take(step.steps, `${place}.${round}.`, conversation);
      if (ended !== undefined) return ended;
    }
  }
  return undefined;
}

function isTrue(when: ScriptCondition, place: string, conversation: Conversation): boolean {
  const { parts, listener, variables, visit, chance } = conversation;
  if (when.is === 'chance') return parts.random.uniform(`if ${place}`, chance) < when.share;
  if (when.is === 'returned') return visit > 0;
  const text = when.is === 'heard' ? listener.lastHeard() : (variables[when.name] ?? '');
  return new RegExp(when.matches, 'i').test(text);
}

function fillIn(text: string, { n, parts, variables }: Conversation): string {
  return parts.fill(text, n, variables);
}

function say({ phone, listener }: Conversation, content: Content): Promise<Went> {
  listener.said();
  return phone.send(content).then((report) => (report.ok ? 'done' : 'refused'));
}

type Expect = Extract<Step, { do: 'expect' }>;

async function expect(step: Expect, place: string, conversation: Conversation): Promise<Went> {
  const { ids, parts, mailbox, variables } = conversation;
  const { clock, recorder } = parts;
  const began = clock.now();
  const until = began + (step.withinMs ?? DEFAULT_WITHIN_MS);
  const pattern = step.matches === undefined ? undefined : new RegExp(step.matches, 'i');
  for (;;) {
    const heard = await mailbox.next(until - clock.now());
    if (heard === undefined) {
      const at = clock.now();
      const waitedMs = at - began;
      // Who has another way has missed nothing, unless they have run out of patience.
      if (step.otherwise !== undefined && !mailbox.interrupted()) {
        return (await take(step.otherwise, `${place}.otherwise.`, conversation)) ?? 'done';
      }
      const number = Number.parseInt(place, 10) + 1;
      recorder.record({ type: 'expectationMissed', at, ...ids, step: number, waitedMs });
      return 'missed';
    }
    const fromThem = step.from === 'any' || step.from === heard.from;
    if (!fromThem) continue;
    if (pattern === undefined) return 'done';
    const found = pattern.exec(textOf(heard.content));
    if (found === null) continue;
    for (const [name, value] of Object.entries(found.groups ?? {})) variables[name] = value ?? '';
    return 'done';
  }
}

/** Tells the platform, where it has a way to; else says the channel's end keyword, if any. */
async function sayGoodbye({ parts, phone }: Conversation): Promise<void> {
  if (phone.leave !== undefined) return phone.leave();
  const [word] = parts.channel.keywords.end;
  if (word !== undefined) await phone.send({ kind: 'text', text: word });
}
