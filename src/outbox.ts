/** The outbox for channels with a wire: adapter, transport, and what the platform answered. */
import { StackError } from './errors.ts';
import type { SendOutcome } from './message.ts';
import type { ChannelAdapter, Outbox, Transport } from './ports.ts';

export function createOutbox(
  adapters: ReadonlyMap<string, ChannelAdapter>,
  transport: Transport,
): Outbox {
  return {
    async send(channelId, message) {
      const adapter = adapters.get(channelId);
      if (adapter === undefined) throw new Error(`no adapter for channel '${channelId}'`);
      let last: SendOutcome | undefined;
      for (const request of adapter.deliver(message)) {
        const outcome = await attempt(() => transport.send(request).then(adapter.outcome));
        // A part has gone out before: nobody can say that the message surely did not go.
        if (!outcome.ok) return last === undefined ? outcome : { ...outcome, definite: false };
        last = outcome;
      }
      return last ?? nothingToSend();
    },
  };
}

async function attempt(send: () => Promise<SendOutcome>): Promise<SendOutcome> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    const { code, message: detail, definite } = error;
    return { ok: false, failure: 'platformError', code, detail, definite };
  }
}

function nothingToSend(): SendOutcome {
  const detail = 'the message came to nothing on this channel';
  return { ok: false, failure: 'invalid', code: 'empty', detail, definite: true };
}
