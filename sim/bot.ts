/**
 * A simulated bot: says its replies in turn, one to each message of the customer, then ends the
 * session or hands it over. Draws are keyed by the customer's session.
 */
import type { BotSession, BotWork } from '../src/bots.ts';
import { textOf } from '../src/message.ts';
import type { Clock } from '../src/ports.ts';
import type { Stack } from '../src/stack.ts';
import type { BotBehaviour } from './plan.ts';
import type { Random } from './random.ts';

export interface BotParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly bots: Stack['bots'];
  readonly behaviour: BotBehaviour;
}

interface Conversation {
  readonly key: string;
  turn: number;
  busy: boolean;
  over: boolean;
}

export function seatBot(botId: string, parts: BotParts): void {
  const { clock, behaviour } = parts;
  const conversations = new Map<string, Conversation>();
  const handsOver = new Set(behaviour.handsOverOn.map((word) => word.toLowerCase()));
  const take = (work: BotWork, conversation: Conversation) => {
    if (conversation.busy) return;
    conversation.busy = true;
    clock.spawn(`bot ${botId}, work ${work.id}`, async () => {
      await speak(session, work.id, conversation, parts);
      conversation.busy = false;
    });
  };
  const works = new Map<string, BotWork>();
  const session = parts.bots.connect(botId, {
    engaged(work) {
      const key = `${work.endUser}#${work.ordinal}`;
      const conversation = { key, turn: 0, busy: false, over: false };
      conversations.set(work.id, conversation);
      works.set(work.id, work);
      take(work, conversation);
    },
    message(workId, entry) {
      const conversation = conversations.get(workId);
      const work = works.get(workId);
      if (conversation === undefined || work === undefined) return;
      const words = textOf(entry.content)
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u);
      if (!words.some((word) => handsOver.has(word))) return take(work, conversation);
      conversation.over = true;
      clock.spawn(`bot ${botId} hands over ${workId}`, () => session.handOver(workId));
    },
    ended(workId) {
      const conversation = conversations.get(workId);
      if (conversation !== undefined) conversation.over = true;
      conversations.delete(workId);
      works.delete(workId);
    },
  });
}

/** One reply; after the last the bot is done, once the customer has said something to it. */
async function speak(
  session: BotSession,
  workId: string,
  conversation: Conversation,
  { clock, random, behaviour }: BotParts,
): Promise<void> {
  const { key } = conversation;
  const text = behaviour.replies[conversation.turn];
  await clock.sleep(random.draw(behaviour.replyTime, `bot reply ${conversation.turn}`, key));
  if (conversation.over) return;
  if (text !== undefined) {
    conversation.turn += 1;
    await session.reply(workId, { kind: 'text', text });
    return;
  }
  conversation.over = true;
  const understands = random.uniform('bot understands', key) < behaviour.understands;
  if (understands) await session.end(workId);
  else await session.handOver(workId);
}
