/** Sensitive-data rules: what is taken out, of whose messages, and that no pattern can hang. */
import { describe, expect, it } from 'vitest';
import { createMask, type SensitiveDataRule, whyNoPattern } from '../src/sensitive-data.ts';
import { createStackLab, QUIET } from './stack-lab.ts';

const rule = (changes: Partial<SensitiveDataRule>): SensitiveDataRule => ({
  pattern: '[0-9]{4}',
  action: 'Replace',
  replacement: '****',
  enforceOn: ['rep', 'visitor', 'supervisor'],
  priority: 0,
  ...changes,
});
const text = (words: string) => ({ kind: 'text', text: words }) as const;
const masked = (words: string, rules: Record<string, SensitiveDataRule>) => {
  const { content, found } = createMask(rules)(text(words), 'visitor');
  return [content.kind === 'text' && content.text, found.map(({ rule, times }) => [rule, times])];
};

describe('a rule', () => {
  it('replaces or removes what it finds, everywhere, minding case', () => {
    const card = rule({ pattern: '\\b(?:\\d[ -]?){12,15}\\d\\b' });
    expect(masked('4111 1111 1111 1111 and 5500-0000-0000-0004', { card })).toEqual([
      '**** and ****',
      [['card', 2]],
    ]);
    const name = rule({ pattern: 'Ada', action: 'Remove' });
    expect(masked('Ada, ada', { name })).toEqual([', ada', [['name', 1]]]);
  });

  it('takes its replacement for plain words', () => {
    expect(masked('1234', { pin: rule({ replacement: '$1 $& \\1' }) })[0]).toBe('$1 $& \\1');
  });

  it('goes by priority: a later one does not see what an earlier one has replaced', () => {
    const rules = {
      second: rule({ pattern: '\\*+', replacement: 'stars', priority: 2 }),
      first: rule({ priority: 1 }),
    };
    expect(masked('1234', rules)[0]).toBe('stars');
  });

  it('holds for the messages of those it names, and for plain text only', () => {
    const mask = createMask({ pin: rule({ enforceOn: ['visitor'] }) });
    expect(mask(text('1234'), 'rep').content).toEqual(text('1234'));
    const choices = { ...text('1234'), choices: [{ id: '1', title: '1234' }] };
    expect(mask(choices, 'visitor').content).toEqual(choices);
    const media = { kind: 'media', url: 'https://x/1234', mimeType: 'image/png' } as const;
    expect(mask(media, 'visitor').content).toEqual(media);
  });

  // A backtracking engine would be at it until the sun goes out.
  it('is matched in time linear in the text, whatever the pattern', () => {
    const rules = { evil: rule({ pattern: '(a+)+$' }), worse: rule({ pattern: '(.*a){12}b' }) };
    expect(masked(`${'a'.repeat(20_000)}!`, rules)[0]).toHaveLength(20_001);
  });
});

describe('a pattern that will not do', () => {
  it.each([
    ['(?=a)b', /invalid or unsupported Perl syntax: `\(\?=`/],
    ['(a)\\1', /invalid escape sequence/],
    ['(a', /missing closing \)/],
    ['a*', /it would match between all letters/],
  ])('%s', (pattern, wrong) => {
    expect(whyNoPattern(pattern)).toMatch(wrong);
  });
});

describe('in the stack', () => {
  it('nothing masked is stored, shown to the rep, or sent to the customer', async () => {
    const lab = createStackLab({
      channels: { chat: QUIET },
      org: { sensitiveData: { pin: rule({}) } },
    });
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const ada = lab.customer('ada');
      await ada.say('my pin is 1234');
      const { id } = ann.offers[0]!;
      await ann.accept(id);
      await ada.say('or was it 5678 and 9999');
      await ann.say(id, 'never tell anybody 1234');
      expect(ann.events).toEqual([`message ${id}: or was it **** and ****`]);
      expect(ada.heard).toEqual(['never tell anybody ****']);
      const history = await lab.store.history('chat:ada');
      expect(JSON.stringify(history)).not.toMatch(/\d{4}(?!\d)"|1234|5678|9999/);
    });
    expect(lab.of('masked').map(({ by, times }) => [by, times])).toEqual([
      ['visitor', 1],
      ['visitor', 2],
      ['rep', 1],
    ]);
  });
});
