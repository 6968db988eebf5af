/** Read marks and typing: shown only where the channel is set to, and only of open work. */
import { describe, expect, it } from 'vitest';
import { createStackLab, QUIET } from './stack-lab.ts';

async function converse(indicators: readonly ('typing' | 'read')[]) {
  const lab = createStackLab({ channels: { chat: { ...QUIET, indicators } } });
  const typing: string[] = [];
  await lab.inside(async () => {
    const ann = lab.seat('ann');
    const ada = lab.customer('ada');
    await ada.say('hi');
    const [offer] = ann.offers;
    await ann.accept(offer?.id ?? '');
    await ann.typing(offer?.id ?? '', true);
    await ann.say(offer?.id ?? '', 'hello');
    await ann.typing(offer?.id ?? '', false);
    await ada.say('and');
    await lab.stack.inbound('chat', { kind: 'typing', from: 'ada', on: true });
    await lab.stack.inbound('chat', { kind: 'typing', from: 'nobody', on: true });
    typing.push(...ann.events.filter((event) => event.startsWith('typing')));
  });
  return { indicated: lab.indicated, typing };
}

describe('indications', () => {
  it('go to the customer where the channel is set to both', async () => {
    const { indicated } = await converse(['typing', 'read']);
    expect(indicated).toEqual([
      'ada: read in-1',
      'ada: typingOn in-1',
      'ada: typingOff in-1',
      'ada: read in-3',
    ]);
  });

  it('stay away where it is not', async () => {
    expect((await converse([])).indicated).toEqual([]);
    expect((await converse(['read'])).indicated).toEqual(['ada: read in-1', 'ada: read in-3']);
  });

  it('come from the customer to the rep who has the work open', async () => {
    expect((await converse([])).typing).toEqual(['typing A1 true']);
  });
});

describe('what became of a session', () => {
  it('is announced: opened, and ended, after the farewell is out', async () => {
    const farewell: string[] = [];
    const lab = createStackLab({
      channels: { chat: { ...QUIET, autoResponses: { agentEnd: 'Goodbye' } } },
      async send(message) {
        await lab.clock.sleep(50);
        farewell.push(...lab.announced);
        return { ok: true, messageId: message.key };
      },
    });
    await lab.inside(async () => {
      const ann = lab.seat('ann');
      await lab.customer('ada').say('hi');
      await ann.accept('A1');
      await ann.end('A1');
    });
    expect(farewell).toEqual(['ada: joined S1']);
    expect(lab.announced).toEqual(['ada: joined S1', 'ada: ended S1 by Agent']);
  });

  it('is announced when the customer leaves unheard', async () => {
    const lab = createStackLab({ channels: { chat: QUIET } });
    await lab.inside(async () => {
      const ada = lab.customer('ada');
      await ada.say('hi');
      await ada.leave();
    });
    expect(lab.announced).toEqual(['ada: ended S1 by EndUser']);
  });
});
