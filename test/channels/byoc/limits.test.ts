import { describe, expect, it } from 'vitest';
import { choicesFormatOf } from '../../../src/channels/byoc/limits.ts';
import { BYOC_ADDRESS, conversationOf } from '../../../src/channels/byoc/wire.ts';

const ALL = new Set(['Buttons', 'QuickReplies']);
const choice = (id: string, title = id) => ({ id, title });

describe('choices', () => {
  it('go as buttons before quick replies, as far as the partner knows them', () => {
    expect(choicesFormatOf([choice('a')], ALL)).toBe('Buttons');
    expect(choicesFormatOf([choice('a')], new Set(['QuickReplies']))).toBe('QuickReplies');
    expect(choicesFormatOf([choice('a')], new Set(['Text']))).toBeUndefined();
  });

  it('go in words when they can’t be told apart, or have no name', () => {
    expect(choicesFormatOf([], ALL)).toBeUndefined();
    expect(choicesFormatOf([choice('a'), choice('a')], ALL)).toBeUndefined();
    expect(choicesFormatOf([choice('a', ' ')], ALL)).toBeUndefined();
    expect(choicesFormatOf([choice('')], ALL)).toBeUndefined();
  });
});

it('a conversation is one for an end user and a channel', () => {
  const one = conversationOf(BYOC_ADDRESS.example, 'meu003');
  expect(one).toMatch(BYOC_ADDRESS.pattern);
  expect(conversationOf(BYOC_ADDRESS.example, 'meu003')).toBe(one);
  expect(conversationOf(BYOC_ADDRESS.example, 'meu004')).not.toBe(one);
});
