/**
 * The webhooks of a scenario, as the platforms would send them: a run in virtual time is listened
 * to. Who answers whom is what that run made of it; the times are those of the scenario.
 */
import type { Plan } from '../plan.ts';
import { runPlan } from '../run.ts';
import { apartAt } from '../wiring.ts';

export interface RecordedWebhook {
  /** Ms from the beginning. */
  readonly at: number;
  readonly channel: string;
  readonly method: string;
  /** Path and query, to be put behind the target. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As text; base64 where the bytes are no UTF-8. */
  readonly body: string;
  readonly isBase64?: true;
}

/**
 * Channels whose webhooks can be sent again as they are. Of the others each message needs a token
 * that the stack gives out while it runs.
 */
export const REPLAYABLE: readonly string[] = ['sms', 'whatsapp', 'messenger', 'line', 'apple'];

export interface Recording {
  readonly webhooks: readonly RecordedWebhook[];
  /** Channels that were left out. */
  readonly leftOut: readonly string[];
}

/** `startsAtMs`: the Unix time messages bear; `target`: the stack's address, which some sign. */
export async function recordWebhooks(
  plan: Plan,
  target: string,
  startsAtMs: number,
): Promise<Recording> {
  const webhooks: RecordedWebhook[] = [];
  const leftOut = new Set<string>();
  const base = target.replace(/\/$/, '');
  const { failure } = await runPlan(
    // Whole, even if a budget would end a run early.
    { ...plan, startsAtMs, budgets: [] },
    {
      clock: 'virtual',
      // A stack that has met an earlier recording would ignore what it knows.
      apart: apartAt(startsAtMs),
      stackUrl: base,
      onWebhook(channel, { method, url, headers, body }, at) {
        if (!REPLAYABLE.includes(plan.org.channels[channel]?.type ?? '')) {
          leftOut.add(channel);
          return;
        }
        const text = asText(body);
        const path = url.slice(base.length);
        webhooks.push({
          at: Math.round(at),
          channel,
          method,
          path,
          headers: { ...headers },
          ...text,
        });
      },
    },
  );
  if (failure !== undefined) throw failure;
  return { webhooks, leftOut: [...leftOut] };
}

function asText(body: Uint8Array): Pick<RecordedWebhook, 'body' | 'isBase64'> {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true }).decode(body) };
  } catch {
    return { body: Buffer.from(body).toString('base64'), isBase64: true };
  }
}
