/**
 * Whose words a customer hears. A customer can't tell a rep from an automatic message; here they
 * are known by their texts, as the org and the bots have them.
 */
import type { Channel, Org } from '../src/org.ts';
import type { FlowStep } from '../src/router/flow.ts';
import type { Plan, RepReply } from './plan.ts';

export type Voice = 'rep' | 'bot' | 'auto';

export interface Voices {
  of(channel: Channel, text: string): Voice;
}

type Speaking = Pick<Plan, 'org' | 'bots'> & { readonly arrivals?: Plan['arrivals'] };

export function createVoices({ org, bots, arrivals = [] }: Speaking): Voices {
  const known = new Map<string, Voice>();
  for (const { replies } of Object.values(bots)) for (const text of replies) known.set(text, 'bot');
  const texts = [...flowTexts(org), ...filledResponses(org), ...campaignTexts(arrivals)];
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

/** Everything a channel may say by itself, in any language. */
export function responsesOf(channel: Spoken): readonly string[] {
  return [channel, ...Object.values(channel.languages ?? {})].flatMap(
    ({ autoResponses, keywords }) => [
      ...Object.values(autoResponses),
      ...Object.values(keywords.custom ?? {}),
    ],
  );
}

type Spoken = Pick<Channel, 'autoResponses' | 'keywords' | 'languages'>;

const RESPONSES = new WeakMap<Channel, ReadonlySet<string>>();

function isResponse(channel: Channel, text: string): boolean {
  let texts = RESPONSES.get(channel);
  if (texts === undefined) {
    texts = new Set(responsesOf(channel));
    RESPONSES.set(channel, texts);
  }
  return texts.has(text);
}

/** Automatic responses that are filled in before they are sent. */
function filledResponses({ channels }: Org): readonly string[] {
  return Object.values(channels)
    .flatMap(responsesOf)
    .filter((text) => text.includes('{{'));
}

/** What a flow or campaign says first. */
function campaignTexts(arrivals: Plan['arrivals']): readonly string[] {
  return arrivals.flatMap(({ begunBy }) =>
    begunBy !== undefined && 'flow' in begunBy.by ? shownAs(begunBy.says) : [],
  );
}

/** A template's words are the platform's: a mock shows its name. */
export function shownAs({ text, template }: RepReply): readonly string[] {
  return template === undefined ? [text] : [text, `[template: ${template.name}]`];
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
