/**
 * Sensitive-data rules: what is taken out of messages before they are stored or shown to anybody
 * (facts: omni-channel 2.4, LiveChatSensitiveDataRule). They apply to plain text, not to choices,
 * templates or attachments. Patterns are matched by RE2, in time linear in the text: no pattern
 * of an org can hang the stack; so there are no look-arounds and no back-references.
 */
import { RE2JS } from 're2js';
import type { Content } from './message.ts';

export interface SensitiveDataRule {
  /** A regular expression; it minds case. */
  readonly pattern: string;
  readonly action: 'Replace' | 'Remove';
  /** What stands in its place, with Replace. */
  readonly replacement: string;
  /** enforceOn: in whose messages. */
  readonly enforceOn: readonly Role[];
  /** Lower first: what one has replaced the next does not see. */
  readonly priority: number;
}

export type Role = 'rep' | 'visitor' | 'supervisor';

export interface Masked {
  readonly content: Content;
  /** Rules that found something, and how often. */
  readonly found: readonly { readonly rule: string; readonly times: number }[];
}

export type Mask = (content: Content, role: Role) => Masked;

/** Throws `RangeError` for a pattern that is none. */
export function createMask(rules: Readonly<Record<string, SensitiveDataRule>> = {}): Mask {
  const compiled = Object.entries(rules)
    .sort(([, a], [, b]) => a.priority - b.priority)
    .map(([name, rule]) => ({ name, rule, pattern: compile(rule.pattern) }));
  const by = (role: Role) => compiled.filter(({ rule }) => rule.enforceOn.includes(role));
  const byRole = { rep: by('rep'), visitor: by('visitor'), supervisor: by('supervisor') };
  return (content, role) => {
    const enforced = byRole[role];
    if (enforced.length === 0 || content.kind !== 'text' || content.choices !== undefined) {
      return { content, found: NONE };
    }
    let { text } = content;
    const found: { rule: string; times: number }[] = [];
    for (const { name, rule, pattern } of enforced) {
      let times = 0;
      text = pattern.matcher(text).replaceAll(() => {
        times += 1;
        return rule.action === 'Remove' ? '' : rule.replacement;
      });
      if (times > 0) found.push({ rule: name, times });
    }
    return found.length === 0 ? { content, found: NONE } : { content: { ...content, text }, found };
  };
}

const NONE: readonly never[] = [];

/** What is wrong with a pattern, in words; nothing if it will do. */
export function whyNoPattern(pattern: string): string | undefined {
  try {
    compile(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function compile(pattern: string): RE2JS {
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.matcher('').find()) throw new RangeError('it would match between all letters');
    return compiled;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const reason = (error as Error).message.replace('error parsing regexp: ', '');
    throw new RangeError(reason);
  }
}
