/**
 * A simulated rep at a desk: answers pushes, replies to customers, ends what has gone quiet, does
 * the after-work, closes the tab. Draws are keyed by the customer's session, not by the rep, so the
 * same conversation takes the same effort whoever gets it.
 */
import type { Desk, Offer, RepSession } from '../src/desk.ts';
import type { Content } from '../src/message.ts';
import type { Clock, Signal } from '../src/ports.ts';
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

/** Sits a rep down, online with `status`, for the whole run. */
export function seatRep(repId: string, status: string, parts: RepParts): void {
  const conversations = new Map<string, Conversation>();
  const session = parts.desk.connect(repId, {
    offered(offer) {
      parts.clock.spawn(`rep ${repId}, work ${offer.id}`, async () => {
        const conversation = createConversation(parts.clock, offer);
        conversations.set(offer.id, conversation);
        await serve(conversation, session, parts);
        conversations.delete(offer.id);
      });
    },
    withdrawn: (id) => conversations.get(id)?.event('withdrawn'),
    message: (id) => conversations.get(id)?.event('message'),
    ended: (id) => conversations.get(id)?.event('ended'),
  });
  session.setStatus(status);
}

type Event = 'withdrawn' | 'message' | 'ended';
type Conversation = ReturnType<typeof createConversation>;

function createConversation(clock: Clock, offer: Offer) {
  let unanswered = true;
  let over: 'withdrawn' | 'ended' | undefined;
  let wake: Signal<true> | undefined;
  return {
    offer,
    key: `${offer.endUser}#${offer.ordinal}`,
    event(event: Event) {
      if (event === 'message') unanswered = true;
      else over ??= event;
      wake?.fire(true);
    },
    over: () => over,
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

async function serve(conversation: Conversation, session: RepSession, parts: RepParts) {
  const { offer, key } = conversation;
  const { clock, random, behaviour } = parts;
  const push = `${key}/${offer.attempt}`;
  const happens = (what: string, chance: number) =>
    chance > 0 && random.uniform(what, push) < chance;
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
  await talk(conversation, session, parts);
  if (conversation.over() === undefined) await session.end(offer.id);
  const afterWorkMs = random.draw(behaviour.afterWork, 'after-work', key);
  if (afterWorkMs > 0) await clock.sleep(afterWorkMs);
  session.close(offer.id);
}

/** Until the handle time is up, or the customer has left or been silent for too long. */
async function talk(conversation: Conversation, session: RepSession, parts: RepParts) {
  const { clock, random, behaviour } = parts;
  const { offer, key } = conversation;
  const { handleTime, replies, closesWhenSilentForMs } = behaviour;
  const began = clock.now();
  const until =
    handleTime === undefined
      ? Number.POSITIVE_INFINITY
      : began + random.draw(handleTime, 'handle time', key);
  for (let turn = 0; conversation.over() === undefined && clock.now() < until; ) {
    const left = until - clock.now();
    const reply = replies[Math.min(turn, replies.length - 1)];
    if (conversation.unanswered() && reply !== undefined) {
      conversation.answered();
      if (parts.showsTyping(offer.channelId)) await session.typing(offer.id, true);
      const typing = random.draw(behaviour.replyTime, `reply ${turn}`, key);
      await clock.sleep(Math.min(typing, left));
      if (conversation.over() !== undefined || typing > left) continue;
      await session.reply(offer.id, contentOf(reply));
      turn += 1;
    } else {
      const silence = handleTime === undefined ? closesWhenSilentForMs : left;
      const stirred = await conversation.wait(silence);
      if (!stirred && handleTime === undefined) return;
    }
  }
}

function contentOf({ text, choices, media, template }: RepReply): Content {
  if (template !== undefined) return { kind: 'template', ...template, text };
  if (media !== undefined) return { kind: 'media', ...media, caption: text };
  if (choices === undefined || choices.length === 0) return { kind: 'text', text };
  return {
    kind: 'text',
    text,
    choices: choices.map((title, i) => ({ id: `choice-${i + 1}`, title })),
  };
}
