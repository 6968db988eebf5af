/**
 * What deliveries have in common: requests sent one after the other, and answers that never came.
 * No platform's codes here; an adapter brings its own reading of an answer.
 */
import { StackError } from '../errors.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import type { SendFailure, SendOutcome } from '../message.ts';
import type { Answered, Delivery } from '../ports.ts';

export type Failed = Extract<SendOutcome, { ok: false }>;

/** Reads the platform's answer to a request. */
export type ReadOutcome = (response: HttpResponse) => SendOutcome;

/** Sends all parts of a message in turn; the last one's outcome, or that of the first to fail. */
export function* inTurn(requests: Iterable<HttpRequest>, read: ReadOutcome): Delivery {
  let last: SendOutcome | undefined;
  for (const request of requests) {
    const outcome = outcomeOf(yield request, read);
    // A part has gone out before: nobody can say that the message surely did not go.
    if (!outcome.ok) return last === undefined ? outcome : { ...outcome, definite: false };
    last = outcome;
  }
  return last ?? NOTHING_TO_SEND;
}

/** The outcome of one request, answered or not. */
export function outcomeOf(answer: Answered, read: ReadOutcome): SendOutcome {
  return answer instanceof StackError ? lost(answer) : read(answer);
}

/** No answer came. */
export function lost({ code, message: detail, definite }: StackError): Failed {
  return { ok: false, failure: 'platformError', code, detail, definite };
}

/** What a refusal means when only its HTTP status says so. */
export function failureByStatus(status: number): SendFailure {
  if (status < 400 || status >= 500) return 'platformError';
  if (status === 401 || status === 403) return 'unauthorised';
  return status === 429 ? 'throttled' : 'invalid';
}

const NOTHING_TO_SEND: Failed = {
  ok: false,
  failure: 'invalid',
  code: 'empty',
  detail: 'the message came to nothing on this channel',
  definite: true,
};
