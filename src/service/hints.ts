/**
 * What a process tells the one that leads: whom to have a look at. Best effort, in bundles; what
 * gets lost is found by the leader's sweep.
 */
import { type HttpRequest, type HttpResponse, json, respond } from '../http.ts';
import type { Clock } from '../ports.ts';
import type { Stack } from '../stack.ts';
import type { MemberParts } from './member.ts';

export const PEER_PATH = '/peer/look';

export interface Hints {
  tell(key: string): void;
  /** From another process; `stack`: this one's, if it leads. */
  heard(request: HttpRequest, stack: Stack | undefined): HttpResponse;
}

const BUNDLE_MS = 2;
const HEADERS = { 'content-type': 'application/json' };

export function createHints(
  { transport, onError }: MemberParts,
  clock: Clock,
  leaderUrl: () => string | undefined,
): Hints {
  let keys = new Set<string>();
  const send = () => {
    const url = leaderUrl();
    const body = Buffer.from(JSON.stringify({ keys: [...keys] }));
    keys = new Set();
    if (url === undefined) return;
    const request = { method: 'POST', url: url + PEER_PATH, headers: HEADERS, body };
    transport.send(request).catch((error) => onError('hint', error));
  };
  return {
    tell(key) {
      if (keys.size === 0) clock.background(BUNDLE_MS, send);
      keys.add(key);
    },
    heard({ body }, stack) {
      if (stack === undefined) return respond(409, 'another process leads\n');
      const told = namesIn(body);
      if (told === undefined) return respond(400, 'keys are missing\n');
      for (const key of told) stack.recovery.lookSoon(key);
      return json(202, {});
    },
  };
}

function namesIn(body: Buffer): readonly string[] | undefined {
  try {
    const { keys } = JSON.parse(body.toString()) as { readonly keys?: unknown };
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : undefined;
  } catch {
    return undefined;
  }
}
