/**
 * Reps in another process than the stack: they listen to their desk, accept what rings, answer each
 * message once, end and close. Whatever they were about to do is worked out anew from what the desk
 * shows them, so that a crash between two steps does no harm.
 */
import type { HeldWork } from '../../src/desk.ts';
import type { Entry } from '../../src/sessions/thread.ts';
import { TURNS } from './customers.ts';

export interface RepsParts {
  readonly ids: readonly string[];
  readonly capacity: number;
  /** One of the processes. */
  readonly url: () => string;
}

export interface Reps {
  /** Every text that somebody tried to send. */
  readonly tried: ReadonlySet<string>;
  /** Times a rep was shown more than they have room for. */
  readonly overloads: () => number;
  readonly online: () => number;
  stop(): void;
}

const ASKS_AGAIN_MS = 1500;
/** Bounded, whatever happens. */
const MOST_ANSWERS = 10;

export function seatReps({ ids, capacity, url }: RepsParts): Reps {
  const tried = new Set<string>();
  let overloads = 0;
  let online = 0;
  let stopped = false;
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  for (const id of ids) {
    const busy = new Set<string>();
    /** What the desk shows as open; ended work counts until its tab is closed. */
    const open = new Set<string>();
    const call = (path: string, body?: object) => callDesk(`${url()}/desk/${id}/${path}`, body);
    const serve = async (work: string): Promise<void> => {
      if (busy.has(work)) return;
      busy.add(work);
      try {
        for (;;) {
          const { entries } = (await call(`works/${work}/entries`)) as { entries: Entry[] };
          const asked = entries.filter(({ actor }) => actor === 'EndUser').length;
          const answers = entries.filter(({ actor }) => actor === 'Agent');
          const answered = answers.length;
          const answer = async () => {
            const text = `${id} ${work} answer ${answered + 1} ${Math.random()}`;
            tried.add(text);
            await call('reply', { work, text });
          };
          if (answered < asked) await answer();
          else if (asked < TURNS && answers.at(-1)?.uncertain === true && answered < MOST_ANSWERS) {
            // It may not have been sent: if nothing comes back, it is said once more.
            await pause(ASKS_AGAIN_MS);
            const now = (await call(`works/${work}/entries`)) as { entries: Entry[] };
            if (now.entries.length === entries.length) await answer();
          } else if (asked >= TURNS) {
            await call('end', { work });
            await close(work);
            return;
          } else return;
        }
      } catch {
        lookAgain();
      } finally {
        busy.delete(work);
      }
    };
    const close = async (work: string) => {
      await call('close', { work });
      open.delete(work);
    };
    const took = (work: string) => {
      open.add(work);
      if (open.size > capacity) overloads += 1;
    };
    const onEvent = (type: string, data: Shown) => {
      const work = data.id ?? '';
      if (type === 'welcome') {
        open.clear();
        for (const held of data.works ?? []) {
          if (held.opened) took(held.id);
          if (held.finished) close(held.id).catch(lookAgain);
          else if (held.opened) serve(held.id);
          else accept(held.id);
        }
      } else if (type === 'offered') accept(work);
      else if (type === 'message') serve(work);
      else if (type === 'ended') close(work).catch(lookAgain);
      else if (type === 'closed') open.delete(work);
    };
    const accept = async (work: string) => {
      await pause(Math.random() * 20);
      try {
        const { accepted } = (await call('accept', { work })) as { accepted: boolean };
        if (!accepted) return;
        took(work);
        await serve(work);
      } catch {
        lookAgain();
      }
    };
    /** Something failed: whatever the desk shows a little later is done. */
    const lookAgain = () => {
      setTimeout(async () => {
        try {
          onEvent('welcome', (await call('works')) as Shown);
        } catch {
          if (!stopped) lookAgain();
        }
      }, 500);
    };
    const attend = async () => {
      while (!stopped) {
        try {
          const response = await fetch(`${url()}/desk/${id}/events`);
          if (response.ok && response.body !== null) {
            online += 1;
            call('status', { status: 'Available' }).catch(() => {});
            await listen(response.body, onEvent).finally(() => {
              online -= 1;
            });
          }
        } catch {}
        await pause(100);
      }
    };
    attend();
  }
  return {
    tried,
    overloads: () => overloads,
    online: () => online,
    stop() {
      stopped = true;
    },
  };
}

interface Shown {
  readonly id?: string;
  readonly works?: readonly HeldWork[];
}

async function callDesk(url: string, body?: object): Promise<object> {
  const response = await fetch(url, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const answer = (await response.json()) as object;
  if (!response.ok) throw new Error(`${url}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Reads server-sent events until the connection is gone. */
async function listen(
  body: ReadableStream<Uint8Array>,
  onEvent: (type: string, data: Shown) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const type = /^event: (.*)$/m.exec(block)?.[1] ?? '';
      const data = /^data: (.*)$/m.exec(block)?.[1] ?? '{}';
      onEvent(type, JSON.parse(data) as Shown);
    }
  }
}
