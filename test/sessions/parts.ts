/** A channel, a moment and messages: what the tests of this folder begin with. */
import type { InboundMessage } from '../../src/message.ts';
import type { Channel } from '../../src/org.ts';
import type { Moment, Step } from '../../src/sessions/lifecycle.ts';

export const NOW = 1_700_000_000_000;
export const KEEP_MS = 3_600_000;

export const CHANNEL: Channel = {
  type: 'direct',
  address: 'us',
  queue: 'support',
  account: {},
  limits: {},
  indicators: [],
  keywords: { optOut: ['stop', 'quit'], optIn: ['start'], help: ['help'], end: ['bye'] },
  autoResponses: {
    initial: 'Hello',
    agentEngaged: 'A rep is here',
    agentEnd: 'The rep has left',
    optOutConfirmation: 'You are out',
    optInConfirmation: 'You are in',
    help: 'Say stop to stop',
  },
};

export function moment(
  afterMs = 0,
  channel: Channel = CHANNEL,
  more: Partial<Moment> = {},
): Moment {
  const ids = { session: 'S', work: 'W' };
  return {
    nowMs: NOW + afterMs,
    key: 'chat:ada',
    channelId: 'chat',
    channel,
    keepMs: KEEP_MS,
    newId: (kind) => `${ids[kind]}@${afterMs}`,
    introduce: () => ({ person: undefined, language: undefined }),
    isOpen: true,
    endsIdle: true,
    ...more,
  };
}

let messages = 0;

export function says(text: string, more: Partial<InboundMessage> = {}): InboundMessage {
  messages += 1;
  const content = { kind: 'text', text } as const;
  return { kind: 'message', messageId: `m${messages}`, from: 'ada', content, ...more };
}

/** What a step wants done, in short: `route`, `respond initial`, `consent OptedOut`. */
export function wants(step: Step | undefined): readonly string[] {
  return (step?.effects ?? []).map((effect) => {
    if (effect.do === 'respond') return `respond ${effect.response}`;
    if (effect.do === 'consent') return `consent ${effect.to}`;
    return effect.do === 'ended' ? `ended by ${effect.by}` : effect.do;
  });
}
