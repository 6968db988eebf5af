/**
 * A simulated customer: an ordinary async process that follows a script on a phone. It sees only
 * what a customer sees, messages; it knows nothing of queues or reps.
 */
import type { Phone, Provider } from '../mock-providers/provider.ts';
import type { Outcome } from '../src/facts.ts';
import type { Channel } from '../src/org.ts';
import type { Clock, Recorder } from '../src/ports.ts';
import { follow } from './follow.ts';
import { createListener, type Listener } from './listener.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type { CustomerScript } from './plan.ts';
import type { Random } from './random.ts';
import type { Variables } from './templates.ts';
import type { Voices } from './voices.ts';

export interface CustomerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly voices: Voices;
  /** Where they begin. */
  readonly channelId: string;
  on(channelId: string): { readonly provider: Provider; readonly channel: Channel };
  /** Fills `{{…}}` in. */
  readonly fill: (text: string, variables: Variables) => string;
  /** Variables they begin with: their row of the data. */
  readonly values?: Variables;
}

/** One conversation on one channel. */
export interface Line {
  readonly ids: { readonly conversation: number; readonly channel: string };
  readonly began: number;
  readonly channel: Channel;
  readonly phone: Phone;
  readonly mailbox: Mailbox;
  readonly listener: Listener;
}

/** A visit: a script from its beginning, on one channel after the other. */
export interface Visit {
  readonly number: number;
  /** What its draws are keyed by. */
  readonly chance: string | number;
  readonly script: CustomerScript;
  readonly parts: CustomerParts;
  readonly variables: Record<string, string>;
  line: Line;
  /** Leaves the line in silence and goes on on that channel. */
  switchTo(channelId: string): void;
}

/** No scenario has so many customers: conversations after the first are numbered beyond them. */
const APART = 2 ** 40;

/** Runs customer `n` to the end of their conversation, and of those they come back for. */
export async function runCustomer(
  n: number,
  script: CustomerScript,
  parts: CustomerParts,
): Promise<Outcome> {
  const { clock, random } = parts;
  const { share = 0, after, atMost = Number.POSITIVE_INFINITY } = script.returns ?? {};
  let lines = 0;
  const nextConversation = () => {
    lines += 1;
    return n + (lines - 1) * APART;
  };
  for (let number = 0; ; number += 1) {
    const chance = number === 0 ? n : `${n}/${number}`;
    const outcome = await runVisit({ n, number, chance, nextConversation }, script, parts);
    const again = outcome === 'abandoned' && after !== undefined && number < atMost;
    if (!again || random.uniform('returns', chance) >= share) return outcome;
    await clock.sleep(random.draw(after, 'returns after', chance));
  }
}

interface VisitOf {
  readonly n: number;
  readonly number: number;
  readonly chance: string | number;
  nextConversation(): number;
}

async function runVisit(of: VisitOf, script: CustomerScript, parts: CustomerParts) {
  const { number, chance } = of;
  let switches = 0;
  const visit: Visit = {
    ...{ number, chance, script, parts },
    variables: { ...parts.values },
    line: openLine(of, parts.channelId, 'patience', script, parts),
    switchTo(channelId) {
      switches += 1;
      closeLine(visit.line, 'switched', parts);
      visit.line = openLine(of, channelId, `patience ${switches}`, script, parts);
    },
  };
  const { outcome, saysSo } = await follow(visit);
  if (saysSo) await sayGoodbye(visit.line);
  closeLine(visit.line, outcome, parts);
  return outcome;
}

function openLine(
  { n, number, chance, nextConversation }: VisitOf,
  channelId: string,
  purpose: string,
  script: CustomerScript,
  parts: CustomerParts,
): Line {
  const { clock, recorder, random, voices } = parts;
  const { provider, channel } = parts.on(channelId);
  const address = provider.addressOf(n);
  const ids = { conversation: nextConversation(), channel: channelId };
  const began = clock.now();
  const endUser = `${channelId}:${address}`;
  const which = number === 0 ? {} : { visit: number };
  recorder.record({ type: 'arrived', at: began, ...ids, script: script.name, endUser, ...which });
  const mailbox = createMailbox(clock, `customer ${n}`);
  const listener = createListener(ids, mailbox, { clock, recorder, channel, voices });
  const phone = provider.connect(address, `Customer ${n}`, listener.hear);
  if (script.patience !== undefined) {
    listener.startPatience(random.draw(script.patience, purpose, chance));
  }
  return { ids, began, channel, phone, mailbox, listener };
}

function closeLine(line: Line, outcome: Outcome, { clock, recorder }: CustomerParts): void {
  line.listener.stopPatience();
  line.phone.disconnect();
  const at = clock.now();
  recorder.record({ type: 'left', at, ...line.ids, outcome, lastedMs: at - line.began });
}

/** Tells the platform, where it has a way to; else says the channel's end keyword, if any. */
async function sayGoodbye({ channel, phone }: Line): Promise<void> {
  if (phone.leave !== undefined) return phone.leave();
  const [word] = channel.keywords.end;
  if (word !== undefined) await phone.send({ kind: 'text', text: word });
}
