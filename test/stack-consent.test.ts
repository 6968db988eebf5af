/** Who may be written to: opt-outs and the platform's window hold on every path to a customer. */
import { describe, expect, it } from 'vitest';
import type { SendOutcome } from '../src/message.ts';
import { CHANNEL, createStackLab, type StackLab } from './stack-lab.ts';

const HOUR = 3_600_000;

async function conversation(lab: StackLab, seat: ReturnType<StackLab['seat']>) {
  const ada = lab.customer('ada');
  await ada.say('hi');
  const { id } = seat.offers.at(-1)!;
  await seat.accept(id);
  await seat.say(id, 'How can I help?');
  await lab.clock.sleep(1000);
  return { ada, id };
}

describe('a customer who opts out', () => {
  it('gets the confirmation and nothing after it, on any path', async () => {
    const lab = createStackLab();
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const { ada, id } = await conversation(lab, ann);
      ada.heard.length = 0;
      lab.sent.length = 0;
      await ada.say('Stop');
      await lab.clock.sleep(1000);
      expect(ada.heard).toEqual(['You are out']);
      expect(ann.events).toEqual([`ended ${id} by EndUser`]);
      expect(await ann.say(id, 'But why?')).toMatchObject({ ok: false, failure: 'optedOut' });
      await ann.end(id);
      ann.close(id);
      for (const text of ['hello?', 'help', 'bye']) await ada.say(text);
      await ada.leave();
      await lab.clock.sleep(HOUR);
      expect(ada.heard).toEqual(['You are out']);
      expect(lab.sent).toEqual(['ada: You are out']);
      expect(ann.offers).toHaveLength(1);
    });
    expect(lab.of('consentChanged')).toMatchObject([{ endUser: 'chat:ada', to: 'OptedOut' }]);
    expect(lab.of('sendFailed')).toContainEqual(
      expect.objectContaining({ failure: 'optedOut', definite: true, code: 'stack' }),
    );
  });

  it('while the rep types gets nothing of it', async () => {
    const lab = createStackLab();
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const { ada, id } = await conversation(lab, ann);
      ada.heard.length = 0;
      const outcomes = await Promise.all([ada.say('stop'), ann.say(id, 'typed before')]);
      expect(outcomes[1]).toMatchObject({ ok: false, failure: 'optedOut' });
      await lab.clock.sleep(1);
      expect(ada.heard).toEqual(['You are out']);
    });
  });

  it('on one channel stays welcome on another', async () => {
    const lab = createStackLab({ channels: { chat: CHANNEL, other: CHANNEL } });
    const there = lab.customer('ada', 'other');
    await lab.inside(async () => {
      await lab.customer('ada').say('stop');
      await there.say('hi');
      await lab.clock.sleep(1);
      expect(there.heard).toEqual(['Hello']);
    });
  });

  it('is back by the opt-in word and served again', async () => {
    const lab = createStackLab();
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const ada = lab.customer('ada');
      await ada.say('stop');
      await ada.say('start');
      await lab.clock.sleep(1);
      expect(ada.heard).toEqual(['You are out', 'You are in']);
      expect(ann.offers).toEqual([]);
      await ada.say('hi');
      expect(ann.offers).toHaveLength(1);
      await ann.accept('A1');
      expect(await ann.say('A1', 'welcome back')).toMatchObject({ ok: true });
    });
  });

  it('at the platform is believed: the session ends, and nothing is tried again', async () => {
    const refusal: SendOutcome = {
      ...{ ok: false, failure: 'optedOut', code: '21610', detail: 'unsubscribed', definite: true },
    };
    let refuses = false;
    const lab = createStackLab({ send: () => (refuses ? Promise.resolve(refusal) : undefined) });
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const { id } = await conversation(lab, ann);
      refuses = true;
      expect(await ann.say(id, 'Still there?')).toEqual(refusal);
      expect(ann.events).toEqual([`ended ${id} by EndUser`]);
      const tried = lab.sent.length;
      expect(await ann.say(id, 'Hello?')).toMatchObject({ failure: 'optedOut', code: 'stack' });
      expect(lab.sent).toHaveLength(tried);
    });
    expect(lab.of('consentChanged')).toMatchObject([{ to: 'OptedOut' }]);
    expect(lab.of('sendFailed')[0]).toMatchObject({ code: '21610', session: 'S1' });
    expect(lab.of('replied').filter(({ by }) => by === 'rep')).toHaveLength(1);
  });
});

describe('the platform’s window', () => {
  it('closes a time after the customer’s last message, and opens with the next', async () => {
    const lab = createStackLab({ windowMs: 24 * HOUR });
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const { ada, id } = await conversation(lab, ann);
      await ada.say('take your time');
      await lab.clock.sleep(24 * HOUR - 1);
      expect(await ann.say(id, 'just in time')).toMatchObject({ ok: true });
      await lab.clock.sleep(1);
      const tried = lab.sent.length;
      expect(await ann.say(id, 'too late')).toMatchObject({
        ...{ ok: false, failure: 'outsideWindow', code: 'stack', definite: true },
      });
      expect(lab.sent).toHaveLength(tried);
      const template = { kind: 'template', name: 'news', language: 'en_US' } as const;
      const news = { ...template, parameters: [], text: 'There is news' };
      expect(await ann.reply(id, news)).toMatchObject({ ok: true });
      await ada.say('anything new?');
      expect(await ann.say(id, 'yes')).toMatchObject({ ok: true });
    });
    expect(lab.of('sendFailed')).toMatchObject([{ failure: 'outsideWindow', session: 'S1' }]);
    expect(lab.of('consentChanged')).toEqual([]);
  });

  it('holds for the rep’s goodbye too', async () => {
    const lab = createStackLab({ windowMs: 24 * HOUR });
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const { ada, id } = await conversation(lab, ann);
      ada.heard.length = 0;
      await lab.clock.sleep(25 * HOUR);
      await ann.end(id);
      await lab.clock.sleep(1);
      expect(ada.heard).toEqual([]);
    });
  });

  it('is not there on a channel without one', async () => {
    const lab = createStackLab();
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const { id } = await conversation(lab, ann);
      await lab.clock.sleep(400 * 24 * HOUR);
      expect(await ann.say(id, 'a year later')).toMatchObject({ ok: true });
    });
  });
});

describe('a send', () => {
  it('that the platform refuses is an outcome for the rep, and no reply in the facts', async () => {
    const detail = 'busy';
    const failed = {
      ok: false,
      failure: 'throttled',
      code: '429',
      definite: true,
      detail,
    } as const;
    let refuses = false;
    const lab = createStackLab({ send: () => (refuses ? Promise.resolve(failed) : undefined) });
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const { ada, id } = await conversation(lab, ann);
      await ada.say('and?');
      refuses = true;
      expect(await ann.say(id, 'lost')).toEqual(failed);
      await lab.clock.sleep(5000);
      refuses = false;
      expect(await ann.say(id, 'again')).toMatchObject({ ok: true });
    });
    const byRep = lab.of('replied').filter(({ by }) => by === 'rep');
    expect(byRep.at(-1)).toMatchObject({ sinceCustomerMs: 5000 });
    expect(byRep).toHaveLength(2);
    expect(lab.of('sendFailed')).toMatchObject([{ failure: 'throttled', code: '429' }]);
  });

  it('whose receipt overtakes the answer has its receipt all the same', async () => {
    let slow = false;
    const lab = createStackLab({
      async send() {
        if (slow) await lab.clock.sleep(300);
        return { ok: true, messageId: `late-${lab.sent.length}` };
      },
    });
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const { id } = await conversation(lab, ann);
      slow = true;
      const sending = ann.say(id, 'slowly');
      await lab.clock.sleep(100);
      const messageId = `late-${lab.sent.length}`;
      const receipt = { kind: 'receipt', messageId, to: 'ada', status: 'delivered' } as const;
      await lab.stack.inbound('chat', receipt);
      expect(await sending).toMatchObject({ messageId });
    });
    expect(lab.of('receipt')).toMatchObject([{ status: 'delivered', session: 'S1' }]);
  });
});
