/**
 * A platform's calls to the stack, made again as its retry policy says. It knows no platform: what
 * counts as taken and when to try again is the caller's.
 */
import { StackError } from '../src/errors.ts';
import type { HttpRequest, HttpResponse } from '../src/http.ts';
import type { Answered, Clock } from '../src/ports.ts';
import type { ProviderParts } from './provider.ts';

export interface CallPolicy {
  /** No answer for so long is a time-out. */
  readonly timeoutMs: number;
  /** Whether the platform is content with that answer. */
  takes(response: HttpResponse): boolean;
  /** How long to wait before the n-th retry, from 1; nothing: it gives up. */
  retryAfterMs(retry: number, because: Answered): number | undefined;
  /** The request of a retry, where it differs from the first. */
  again?(request: HttpRequest, retry: number): HttpRequest;
}

/** `reason`: the status and text of the last refusal, or the code of the error on the way. */
export type CallReport =
  | { readonly ok: true; readonly response: HttpResponse }
  | { readonly ok: false; readonly reason: string };

/** Resolves when the stack has taken it or no try is left. */
export async function call(
  { clock, transport }: Pick<ProviderParts, 'clock' | 'transport'>,
  first: HttpRequest,
  policy: CallPolicy,
): Promise<CallReport> {
  let request = first;
  for (let retry = 1; ; retry += 1) {
    const answer = await within(clock, policy.timeoutMs, transport.send(request));
    const isError = answer instanceof StackError;
    if (!isError && policy.takes(answer)) return { ok: true, response: answer };
    const waitMs = policy.retryAfterMs(retry, answer);
    if (waitMs === undefined) return { ok: false, reason: reasonOf(answer) };
    if (waitMs > 0) await clock.sleep(waitMs);
    request = policy.again?.(first, retry) ?? first;
  }
}

/** The answer, or the error in its place. */
function within(clock: Clock, ms: number, sending: Promise<HttpResponse>): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const timeout = () => resolve(new StackError('timedOut', `no answer for ${ms} ms`));
    const timer = clock.after(ms, timeout);
    const settle = (answer: Answered) => {
      timer.cancel();
      resolve(answer);
    };
    sending.then(settle, (error) => {
      if (error instanceof StackError) return settle(error);
      timer.cancel();
      reject(error);
    });
  });
}

function reasonOf(answer: Answered): string {
  if (answer instanceof StackError) return answer.code;
  return `${answer.status} ${answer.body.toString('utf8', 0, 200)}`.trim();
}
