import { describe, expect, it } from 'vitest';
import { type Changes, complaints, load } from './files.ts';

const STEP = 'customers.asker.script';

/** Puts a step where `expect: auto` was. */
function step(written: string, org: Changes = []): readonly string[] {
  return complaints({ scenario: [['- expect: auto', `- ${written}`]], org });
}

describe('what a script waits for', () => {
  it('may be anything that a rep or an auto-response may say', () => {
    for (const possible of [
      'expect: { from: any, matches: THANKS }',
      'expect: { matches: "^your order" }',
      'expect: { from: rep, matches: "^no$" }',
      'expect: { from: rep, matches: "all\\\\?\\\\n1. Yes\\\\n2. No" }',
      'choose: yes',
      'choose: 2',
    ]) {
      expect(step(possible)).toEqual([]);
    }
  });

  it('must be said by somebody', () => {
    expect(step('expect: { from: rep, matches: refund }')).toEqual([
      `shop.yaml:9:39  ${STEP}[1].expect.matches: ` +
        "can never match: no rep on 'sms-main' says anything like it",
    ]);
    expect(step('expect: { from: auto, matches: shipped }')[0]).toMatch(
      /can never match: no auto-response on 'sms-main'/,
    );
    expect(step('expect: { matches: refund }')[0]).toMatch(/nobody on 'sms-main' says/);
  });

  it('must be possible on every channel the script is used on', () => {
    const org: Changes = [
      [
        '"15550783881"\n    queue: front-line\n    autoResponses: { initial: Thanks for writing. }',
        '"15550783881"\n    queue: front-line',
      ],
    ];
    expect(complaints({ org })).toEqual([
      `shop.yaml:9:17  ${STEP}[1].expect: can never come: 'whatsapp-main' has no autoResponses`,
    ]);
  });

  it('cannot wait for a reply that is filled in: reps say theirs as written', () => {
    const scenario: Changes = [
      ['- Your order has shipped.', '- "{{status}}"'],
      ['shipped|on its way', 'Was that all'],
    ];
    expect(complaints({ scenario })).toEqual([expect.stringContaining('as written')]);
  });

  it('needs reps who serve the queue, and say something', () => {
    const silent: Changes = [
      ['    replies:\n', '    replies: []\n'],
      ['      - Your order has shipped.\n', ''],
      ['      - { text: Was that all?, choices: ["Yes", "No"] }\n', ''],
    ];
    expect(complaints({ scenario: silent })).toEqual([
      `shop.yaml:10:39  ${STEP}[2].expect.matches: ` +
        "can never come: the reps who serve 'sms-main' have no replies",
      `shop.yaml:12:17  ${STEP}[4].choose: nobody on 'sms-main' offers any choices`,
    ]);
    const elsewhere: Changes = [
      ['queues: [front-line]', 'queues: [other]'],
      ['routingConfigs:', '  other: { routingConfig: standard }\nroutingConfigs:'],
    ];
    expect(complaints({ org: elsewhere })[0]).toMatch(/no rep serves the queue of 'sms-main'/);
  });

  it('may be what the platform itself says on SMS', () => {
    const scenario: Changes = [
      ['    patience', '    leaves: silent\n    patience'],
      ['{ sms-main: 2, whatsapp-main: 1 }', 'sms-main'],
      ['- expect: auto', '- say: STOP\n      - expect: { from: auto, matches: unsubscribed }'],
    ];
    expect(complaints({ scenario })).toEqual([]);
  });

  it('must be a regular expression, without slashes', () => {
    expect(step('expect: { matches: "(" }')[0]).toMatch(/matches: Invalid regular expression/);
    expect(step('expect: { matches: /shipped/i }')[0]).toMatch(
      /write the expression without slash/,
    );
  });

  it('must be offered to be chosen', () => {
    expect(step('choose: Yess')).toEqual([
      `shop.yaml:9:17  ${STEP}[1].choose: nobody on 'sms-main' offers 'Yess'; did you mean 'Yes'?`,
    ]);
    expect(step('choose: 3')[0]).toMatch(/no reply on 'sms-main' offers 3 choices/);
    expect(step('choose: 0')[0]).toMatch(/expected at least 1, found 0/);
  });
});

describe('the order of a script', () => {
  it('begins with something said', () => {
    expect(
      complaints({ scenario: [['- say: Hello', '- expect: rep\n      - say: Hello']] }),
    ).toEqual([
      `shop.yaml:8:9  ${STEP}[0]: ` +
        'comes before the customer has said anything, so nothing can have come',
    ]);
    expect(complaints({ scenario: [['- say: Hello, it is {{customer}}', '- think: 3s']] })).toEqual(
      [`shop.yaml:7:5  ${STEP}: the customer never says anything`],
    );
  });

  it('ends with `leave`, in either spelling', () => {
    expect(complaints({ scenario: [['- choose', '- leave\n      - choose']] })).toEqual([
      `shop.yaml:13:9  ${STEP}[5]: is never reached: the customer has left before`,
    ]);
    expect(load({ scenario: [['- leave', '- leave:']] }).scripts[0]?.steps.at(-1)).toEqual({
      do: 'leave',
    });
  });
});

describe('what customers send beside words', () => {
  const sent = (step: string) =>
    load({ scenario: [['- choose', `- send: ${step}\n      - choose`]] }).scripts[0]?.steps.find(
      (one) => one.do === 'send',
    );

  it('is media, with its kind by its ending, a place or a reaction', () => {
    const url = 'https://files.test/a.png?x=1';
    expect(sent(`{ media: "${url}", caption: look }`)).toEqual({
      do: 'send',
      what: { kind: 'media', url, mimeType: 'image/png', caption: 'look' },
    });
    expect(sent('{ media: "https://files.test/a", mimeType: text/csv }')).toMatchObject({
      what: { mimeType: 'text/csv' },
    });
    expect(sent('{ location: { latitude: 52.5, longitude: 13.4, name: here } }')).toEqual({
      do: 'send',
      what: { kind: 'location', latitude: 52.5, longitude: 13.4, name: 'here' },
    });
    expect(sent('{ reaction: 👍 }')).toEqual({
      do: 'send',
      what: { kind: 'reaction', emoji: '👍' },
    });
  });

  it.each([
    ['{}', 'expected one of media (with mimeType, caption), location, reaction'],
    ['{ reaction: 👍, caption: x }', 'expected one of media'],
    ['{ media: "https://f.test/a", reaction: 👍 }', 'expected one of media'],
    ['{ media: a.png }', 'expected an http or https address'],
    ['{ location: { latitude: 91, longitude: 0 } }', 'expected at most 90, found 91'],
    ['{ locaton: {} }', "unknown key; did you mean 'location'?"],
  ])('is refused where it is none of these: %s', (step, message) => {
    const all = complaints({ scenario: [['- choose', `- send: ${step}\n      - choose`]] });
    expect(all.join('\n')).toContain(message);
  });
});

describe('templates', () => {
  it('name something that can be filled in', () => {
    const fill = (name: string) =>
      complaints({ scenario: [['Hello, it is {{customer}}', `"Hello {{${name}}}"`]] });
    expect(fill('faker.person.firstName')).toEqual([]);
    expect(fill('custmer')).toEqual([
      `shop.yaml:8:14  ${STEP}[0].say: nothing to fill in for {{custmer}}; ` +
        "did you mean 'customer'?",
    ]);
    expect(fill('faker.person.frstName')[0]).toMatch(/known: customer, and faker's such as/);
  });
});
