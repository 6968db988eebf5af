/**
 * Whose words a customer hears. A customer can't tell a rep from an automatic message; here they
 * are known by their texts, as the org and the bots have them.
 */
import type { AutoResponses, Channel, Org } from '../src/org.ts';
import type { FlowStep } from '../src/router/flow.ts';
import type { Plan } from './plan.ts';

export type Voice = 'rep' | 'bot' | 'auto';

export interface Voices {
  of(channel: Channel, text: string): Voice;
}

export function createVoices({ org, bots }: Pick<Plan, 'org' | 'bots'>): Voices {
  const known = new Map<string, Voice>();
  for (const { replies } of Object.values(bots)) for (const text of replies) known.set(text, 'bot');
  const texts = [...flowTexts(org), ...filledResponses(org)];
  const patterns = texts.filter((text) => text.includes('{{')).map(patternOf);
  for (const text of texts) known.set(text, 'auto');
  return {
    of(channel, text) {
      if (isResponse(channel, text)) return 'auto';
      if (known.size === 0) return 'rep';
      const voice = known.get(text);
      if (voice !== undefined) return voice;
      return patterns.some((pattern) => pattern.test(text)) ? 'auto' : 'rep';
    },
  };
}

function isResponse({ autoResponses }: Channel, text: string): boolean {
  for (const response in autoResponses) {
    if (autoResponses[response as keyof AutoResponses] === text) return true;
  }
  return false;
}

/** Automatic responses that are filled in before they are sent. */
function filledResponses({ channels }: Org): readonly string[] {
  return Object.values(channels)
    .flatMap(({ autoResponses }) => Object.values(autoResponses))
    .filter((text) => text.includes('{{'));
}

function flowTexts({ flows = {} }: Org): readonly string[] {
  const texts = (steps: readonly FlowStep[]): readonly string[] =>
    steps.flatMap((step) => {
      if (step.do === 'send') return [step.text];
      return step.do === 'if' ? [...texts(step.consequent), ...texts(step.otherwise)] : [];
    });
  return Object.values(flows).flatMap(({ steps }) => texts(steps));
}

/** What stands between `{{` and `}}` may be anything. */
function patternOf(text: string): RegExp {
  const parts = text.split(/\{\{.*?\}\}/);
  const escaped = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}
