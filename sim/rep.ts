/**
 * A simulated rep at a desk: answers pushes, replies to customers, ends what has gone quiet, does
 * the after-work, closes the tab. Draws are keyed by the customer's session, not by the rep, so the
 * same conversation takes the same effort whoever gets it.
 */
import type { Desk, Offer, RepSession } from '../src/desk.ts';
import type { Content } from '../src/message.ts';
import type { Clock, Signal } from '../src/ports.ts';
import { createEffort, type Effort } from './effort.ts';
import type { RepBehaviour, RepReply } from './plan.ts';
import type { Random } from './random.ts';

export interface RepParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly desk: Desk;
  readonly behaviour: RepBehaviour;
  /** Whether customers of that channel are shown that a rep is writing. */
  readonly showsTyping: (channelId: string) => boolean;
}

/** What the plan's events and shifts do to a rep. */
export interface SeatedRep extends Pick<RepSession, 'setStatus' | 'disconnect' | 'reconnect'> {
  /** After having been logged out: with the status they have chosen last. */
  logInAgain(): void;
  /** Goes offline as soon as nothing is open any more. Another status takes that back. */
  leaveWhenDone(): void;
}

/** Sits a rep down, still offline, for the whole run. */
export function seatRep(repId: string, parts: RepParts): SeatedRep {
  const conversations = new Map<string, Conversation>();
  let leaving = false;
  let chosen = 'Offline';
  const leaveIfDone = () => {
    if (leaving && conversations.size === 0) session.setStatus('Offline');
  };
  const { slowdown } = parts.behaviour;
  const effort = slowdown === undefined ? undefined : createEffort(parts.clock, slowdown);
  const session = parts.desk.connect(repId, {
    offered(offer) {
      parts.clock.spawn(`rep ${repId}, work ${offer.id}`, async () => {
        const conversation = createConversation(parts.clock, offer);
        conversations.set(offer.id, conversation);
        await serve(conversation, { ...parts, repId, session, effort });
        conversations.delete(offer.id);
        leaveIfDone();
      });
    },
    withdrawn: (id) => conversations.get(id)?.event('withdrawn'),
    message: (id) => conversations.get(id)?.event('message'),
    ended: (id) => conversations.get(id)?.event('ended'),
    closed: (id) => conversations.get(id)?.event('closed'),
  });
  return {
    setStatus(status) {
      leaving = false;
      chosen = status;
      session.setStatus(status);
    },
    logInAgain: () => session.setStatus(chosen),
    disconnect: session.disconnect,
    reconnect: session.reconnect,
    leaveWhenDone() {
      leaving = true;
      leaveIfDone();
    },
  };
}

interface Seat extends RepParts {
  readonly repId: string;
  readonly session: RepSession;
  /** Only of reps who slow down. */
  readonly effort: Effort | undefined;
}

/** `closed`: the work is out of the rep's hands, there is no tab to close any more. */
type Event = 'withdrawn' | 'message' | 'ended' | 'closed';
type Conversation = ReturnType<typeof createConversation>;

function createConversation(clock: Clock, offer: Offer) {
  let unanswered = true;
  let over: 'withdrawn' | 'ended' | 'closed' | undefined;
  let closed = false;
  let whenOver: (() => void) | undefined;
  let wake: Signal<true> | undefined;
  return {
    offer,
    key: `${offer.endUser}#${offer.ordinal}`,
    event(event: Event) {
      if (event === 'message') unanswered = true;
      else over ??= event;
      if (event === 'closed') closed = true;
      if (over !== undefined) whenOver?.();
      wake?.fire(true);
    },
    over: () => over,
    closed: () => closed,
    /** Calls `act` when it is over, at once if it is already. */
    onOver(act: () => void) {
      whenOver = act;
      if (over !== undefined) act();
    },
    unanswered: () => unanswered,
    answered() {
      unanswered = false;
    },
    /** True when something happens, `undefined` when `ms` pass without. */
    wait(ms: number): Promise<true | undefined> {
      if (over !== undefined || ms <= 0) return Promise.resolve(undefined);
      wake = clock.signal<true>(`a rep waits in the conversation with ${offer.endUser}`);
      return wake.wait(ms);
    },
  };
}

async function serve(conversation: Conversation, seat: Seat) {
  const { offer, key } = conversation;
  const { clock, random, behaviour, session } = seat;
  const push = `${key}/${offer.attempt}`;
  const happens = (what: string, chance: number) =>
    chance > 0 && random.uniform(what, push) < chance;
  if (!offer.autoAccepted) {
    if (happens('overlooks', behaviour.overlooks)) return;
    const answerMs = random.draw(behaviour.answersPush, 'answers push', push);
    if (answerMs > 0) await clock.sleep(answerMs);
    if (conversation.over() !== undefined) return;
    if (happens('declines', behaviour.declines)) {
      // Two who declined in no time at all would pass it back and forth within one moment.
      if (answerMs < 1) await clock.sleep(1);
      session.decline(offer.id);
      return;
    }
    if (!(await session.accept(offer.id))) return;
  }
  if (seat.effort === undefined) await talk(conversation, seat);
  else await toil(conversation, seat.effort, seat);
  await windUp(conversation, seat);
}

/** Ends the conversation or passes it on, does the after-work, closes the tab. */
async function windUp(conversation: Conversation, { behaviour, ...seat }: Seat) {
  const { offer, key } = conversation;
  const { clock, random, session, repId } = seat;
  // Not by attempt alone: who gets it next would pass it on for ever.
  const once = `${key}/${offer.queue}/${repId}`;
  const happens = (what: string, chance: number) =>
    chance > 0 && random.uniform(what, once) < chance;
  if (conversation.over() === undefined) {
    const { transfers } = behaviour;
    const passesOn = transfers !== undefined && happens('transfers', transfers.share);
    if (passesOn) await session.transfer(offer.id, transfers);
    else await session.end(offer.id);
  }
  const afterWorkMs = random.draw(behaviour.afterWork, 'after-work', key);
  for (let i = 0; i < behaviour.extendsAfterWork && !conversation.closed(); i += 1) {
    session.extend(offer.id);
  }
  if (afterWorkMs > 0) await clock.sleep(afterWorkMs);
  if (conversation.closed() || happens('leaves tab open', behaviour.leavesTabOpen)) return;
  session.close(offer.id);
}

/** Works on it for as long as it takes beside the others, saying nothing. */
async function toil(conversation: Conversation, effort: Effort, seat: Seat) {
  const task = effort.begin(handleTimeMs(conversation, seat) ?? 0);
  conversation.onOver(task.abandon);
  await task.done;
}

function handleTimeMs({ offer, key }: Conversation, { random, behaviour }: Seat) {
  const { handleTime, handleTimeByQueue } = behaviour;
  const time = handleTimeByQueue?.[offer.queue] ?? handleTime;
  return time === undefined ? undefined : random.draw(time, 'handle time', key);
}

/** Until the handle time is up, or the customer has left or been silent for too long. */
async function talk(conversation: Conversation, seat: Seat) {
  const { clock, random, behaviour, session } = seat;
  const { offer, key } = conversation;
  const { replies, closesWhenSilentForMs } = behaviour;
  const handleMs = handleTimeMs(conversation, seat);
  const until = handleMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + handleMs;
  for (let turn = 0; conversation.over() === undefined && clock.now() < until; ) {
    const left = until - clock.now();
    const reply = replies[Math.min(turn, replies.length - 1)];
    if (conversation.unanswered() && reply !== undefined) {
      conversation.answered();
      if (seat.showsTyping(offer.channelId)) await session.typing(offer.id, true);
      const typing = random.draw(behaviour.replyTime, `reply ${turn}`, key);
      await clock.sleep(Math.min(typing, left));
      if (conversation.over() !== undefined || typing > left) continue;
      await session.reply(offer.id, contentOf(reply));
      turn += 1;
    } else {
      const silence = handleMs === undefined ? closesWhenSilentForMs : left;
      const stirred = await conversation.wait(silence);
      if (!stirred && handleMs === undefined) return;
    }
  }
}

/** A reply as the stack takes it. */
export function contentOf({ text, choices, media, template }: RepReply): Content {
  if (template !== undefined) return { kind: 'template', ...template, text };
  if (media !== undefined) return { kind: 'media', ...media, caption: text };
  if (choices === undefined || choices.length === 0) return { kind: 'text', text };
  return {
    kind: 'text',
    text,
    choices: choices.map((title, i) => ({ id: `choice-${i + 1}`, title })),
  };
}
