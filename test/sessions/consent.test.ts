/** Consent: implicit, explicit and double, by keywords in several languages. */
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/org.ts';
import * as lifecycle from '../../src/sessions/lifecycle.ts';
import type { Thread } from '../../src/sessions/thread.ts';
import { CHANNEL, moment, says, wants } from './parts.ts';

const PROMPTS = { optInPrompt: 'Say start to agree', doubleOptInPrompt: 'Say yes to confirm' };
const asking = (consent: Channel['consent'] & string): Channel => ({
  ...CHANNEL,
  consent,
  keywords: { ...CHANNEL.keywords, doubleOptIn: ['yes'] },
  autoResponses: { ...CHANNEL.autoResponses, ...PROMPTS },
});
const EXPLICIT = asking('ExplicitOptIn');
const DOUBLE = asking('DoubleOptIn');

function talk(channel: Channel) {
  let thread: Thread | undefined;
  let afterMs = 0;
  return {
    say(text: string, sentAfterMs?: number): readonly string[] {
      afterMs += 1000;
      const at = moment(afterMs, channel);
      const sentMs = sentAfterMs === undefined ? {} : { sentMs: moment(sentAfterMs).nowMs };
      const step = lifecycle.received(thread, says(text, sentMs), at);
      thread = step.thread;
      return wants(step);
    },
    pass(ms: number): readonly string[] {
      afterMs += ms;
      const step = thread && lifecycle.due(thread, moment(afterMs, channel));
      thread = step?.thread ?? thread;
      return wants(step);
    },
    now: () => [thread?.consent, thread?.session?.status],
    thread: () => thread,
  };
}

describe('a channel that wants an explicit opt-in', () => {
  it('asks for it, keeps what is said until then, and serves who gives it', () => {
    const ada = talk(EXPLICIT);
    expect(ada.say('hello')).toEqual(['respond optInPrompt']);
    expect(ada.now()).toEqual(['ImplicitlyOptedIn', 'Consent']);
    expect(ada.say('anybody?')).toEqual([]);
    expect(ada.say('Start')).toEqual([
      'consent ExplicitlyOptedIn',
      'respond optInConfirmation',
      'route',
      'respond initial',
    ]);
    expect(ada.now()).toEqual(['ExplicitlyOptedIn', 'Waiting']);
    expect(ada.thread()?.sessionCount).toBe(1);
  });

  it('serves who has agreed before at once', () => {
    const ada = talk(EXPLICIT);
    expect(ada.say('start')).toEqual(['consent ExplicitlyOptedIn', 'respond optInConfirmation']);
    expect(ada.now()).toEqual(['ExplicitlyOptedIn', undefined]);
    expect(ada.say('hello')).toEqual(['route', 'respond initial']);
  });

  it('lets who never agrees go after a day, and ends it for who refuses', () => {
    const silent = talk(EXPLICIT);
    silent.say('hello');
    expect(silent.pass(23 * 3_600_000)).toEqual([]);
    expect(silent.pass(2 * 3_600_000)).toEqual(['ended by System']);
    const out = talk(EXPLICIT);
    out.say('hello');
    expect(out.say('stop')).toEqual([
      'consent OptedOut',
      'ended by EndUser',
      'respond optOutConfirmation',
    ]);
  });
});

describe('a channel that wants a double opt-in', () => {
  it('asks twice, and serves after the second word', () => {
    const ada = talk(DOUBLE);
    expect(ada.say('hello')).toEqual(['respond optInPrompt']);
    expect(ada.say('start')).toEqual(['consent ExplicitlyOptedIn', 'respond doubleOptInPrompt']);
    expect(ada.now()).toEqual(['ExplicitlyOptedIn', 'Consent']);
    expect(ada.say('YES ')).toEqual([
      'consent DoublyOptedIn',
      'respond optInConfirmation',
      'route',
      'respond initial',
    ]);
    expect(ada.now()).toEqual(['DoublyOptedIn', 'Waiting']);
  });

  it('takes no second word without the first', () => {
    const ada = talk(DOUBLE);
    expect(ada.say('yes')).toEqual(['respond optInPrompt']);
    expect(ada.now()).toEqual(['ImplicitlyOptedIn', undefined]);
  });

  it('begins from nothing after an opt-out', () => {
    const ada = talk(DOUBLE);
    for (const word of ['hello', 'start', 'yes', 'stop']) ada.say(word);
    expect(ada.now()).toEqual(['OptedOut', 'Ended']);
    expect(ada.say('yes')).toEqual([]);
    expect(ada.say('start')).toEqual(['consent ExplicitlyOptedIn', 'respond doubleOptInPrompt']);
    expect(ada.say('yes')).toEqual(['consent DoublyOptedIn', 'respond optInConfirmation']);
    expect(ada.say('hello')).toEqual(['route', 'respond initial']);
  });

  it('goes by when words were sent, however late they come', () => {
    const ada = talk(DOUBLE);
    ada.say('hello', 100);
    ada.say('start', 200);
    ada.say('stop', 400);
    expect(ada.say('yes', 300)).toEqual([]);
    expect(ada.now()[0]).toBe('OptedOut');
  });

  it('is a plain word where nothing double is asked for', () => {
    const ada = talk({ ...EXPLICIT, consent: 'ImplicitOptIn' });
    expect(ada.say('yes')).toEqual(['route', 'respond initial']);
  });
});

describe('languages', () => {
  const french: Channel = {
    ...EXPLICIT,
    keywords: { ...EXPLICIT.keywords, custom: { hours: 'Nine to five' } },
    languages: {
      fr: {
        keywords: { optOut: ['arrêter'], optIn: ['débuter'], custom: { horaires: 'De 9 à 17 h' } },
        autoResponses: { optInConfirmation: 'Bienvenue', optOutConfirmation: 'Au revoir' },
      },
    },
  };
  const texts = (thread: Thread | undefined, text: string, more: Parameters<typeof moment>[2]) => {
    const step = lifecycle.received(thread, says(text), moment(0, french, more));
    const said = step.effects.flatMap((effect) => (effect.do === 'respond' ? [effect.text] : []));
    return { said, thread: step.thread };
  };

  it('are told by the word that was used, and kept', () => {
    const first = texts(undefined, 'hello', {});
    expect(first.said).toEqual(['Say start to agree']);
    const french = texts(first.thread, 'Débuter', {});
    expect(french.said[0]).toBe('Bienvenue');
    expect(french.thread.language).toBe('fr');
    expect(texts(french.thread, 'stop', {}).said).toEqual(['Au revoir']);
  });

  it('are known of who is known, and fall back to the usual words', () => {
    const introduce = () => ({ person: 'Contact-7', language: 'fr' });
    const step = texts(undefined, 'bonjour', { introduce });
    expect(step.thread).toMatchObject({ person: 'Contact-7', language: 'fr' });
    expect(step.said).toEqual(['Say start to agree']);
    expect(texts(step.thread, 'ARRÊTER', {}).thread.consent).toBe('OptedOut');
  });

  it('have custom keywords that answer, and begin no session', () => {
    const asked = texts(undefined, 'Hours', {});
    expect(asked.said).toEqual(['Nine to five']);
    expect(asked.thread.session).toBeUndefined();
    expect(texts(undefined, 'horaires', {}).said).toEqual(['De 9 à 17 h']);
  });
});
