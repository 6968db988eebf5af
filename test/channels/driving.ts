/** For tests of adapters: a channel with nothing set, and deliveries driven by given answers. */
import { StackError } from '../../src/errors.ts';
import type { HttpResponse } from '../../src/http.ts';
import type { Content, OutboundMessage, SendOutcome } from '../../src/message.ts';
import type { Channel } from '../../src/org.ts';
import type { Answered, Ask, Delivery } from '../../src/ports.ts';

/** 2023-11-14T22:13:20Z */
export const AT_MS = 1_700_000_000_000;

export function channelOf(type: Channel['type'], set: Partial<Channel> = {}): Channel {
  return {
    type,
    address: '+15005550006',
    queue: 'support',
    account: {},
    limits: {},
    indicators: [],
    keywords: { optOut: [], optIn: [], help: [], end: [] },
    autoResponses: {},
    ...set,
  };
}

export function outbound(
  to: string,
  content: Content,
  rest: Partial<OutboundMessage> = {},
): OutboundMessage {
  return { to, content, key: 'test/M1', atMs: AT_MS, ...rest };
}

/** Text of a message: its content. */
export function saying(text: string): Content {
  return { kind: 'text', text };
}

export interface Driven {
  readonly requests: readonly Ask[];
  readonly outcome: SendOutcome;
}

/** Carries a delivery out; the n-th request gets the n-th answer, those after it the last. */
export function drive(delivery: Delivery, ...answers: readonly Answered[]): Driven {
  const requests: Ask[] = [];
  let step = delivery.next();
  while (step.done !== true) {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    if (answer === undefined) throw new Error('drive() was given no answer');
    requests.push(step.value);
    step = delivery.next(answer);
  }
  return { requests, outcome: step.value };
}

export const TIMED_OUT = new StackError('timedOut', 'test');
export const REFUSED = new StackError('connectionRefused', 'test');

/** JSON of a request or a response. */
export function jsonOf<T>({ body }: Pick<HttpResponse, 'body'>): T {
  return JSON.parse(body.toString());
}
