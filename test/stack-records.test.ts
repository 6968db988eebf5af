/** What is kept about a person: seen together, handed out, forgotten. */
import { describe, expect, it } from 'vitest';
import { createStackLab, QUIET } from './stack-lab.ts';

const CHANNELS = { chat: QUIET, sms: QUIET };

function lab() {
  const stack = createStackLab({ channels: CHANNELS, presence: { capacity: 5 } });
  return { ...stack, ann: stack.seat('ann'), records: stack.stack.records };
}

describe('the records of a person', () => {
  it('are seen together, on all channels', async () => {
    const { inside, customer, records } = lab();
    await inside(async () => {
      await customer('ada').say('by chat');
      await customer('+1555', 'sms').say('by phone');
      await customer('eve').say('me too');
      expect(await records.link('chat', 'ada', 'Contact-1')).toBe(true);
      expect(await records.link('sms', '+1555', 'Contact-1')).toBe(true);
      expect(await records.link('sms', '+1999', 'Contact-1')).toBe(false);
      const held = await records.of({ person: 'Contact-1' });
      expect(held.map(({ endUser, entries }) => [endUser.key, entries.length])).toEqual([
        ['chat:ada', 1],
        ['sms:+1555', 1],
      ]);
      expect(held[0]?.entries[0]?.content).toEqual({ kind: 'text', text: 'by chat' });
    });
  });

  it('are forgotten at once: sessions end, reps are freed, nothing is left', async () => {
    const { inside, customer, records, ann, store, of, clock } = lab();
    await inside(async () => {
      const ada = customer('ada');
      await ada.say('hello');
      await customer('+1555', 'sms').say('hello');
      const { id } = ann.offers[0]!;
      await ann.accept(id);
      await ann.say(id, 'How can I help?');
      await records.link('chat', 'ada', 'Contact-1');
      await records.link('sms', '+1555', 'Contact-1');
      const sending = ann.say(id, 'on its way when it happens');
      expect(await records.erase({ person: 'Contact-1' })).toBe(2);
      await sending;
      await clock.sleep(1000);
      expect(ann.events).toContain(`ended ${id} by System`);
      for (const key of ['chat:ada', 'sms:+1555']) {
        expect(await store.load(key, 0)).toBeUndefined();
        expect(await store.history(key)).toEqual([]);
      }
      expect(await records.of({ person: 'Contact-1' })).toEqual([]);
      expect(await records.erase({ person: 'Contact-1' })).toBe(0);
      ann.close(id);
      await ada.say('it is me again');
      expect(await records.of({ channelId: 'chat', address: 'ada' })).toMatchObject([
        { endUser: { person: undefined, sessionCount: 1 }, entries: [{}] },
      ]);
    });
    expect(of('erased')).toHaveLength(2);
    expect(of('withdrawn')).toMatchObject([{ by: 'System' }]);
  });
});
