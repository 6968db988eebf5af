/** The way to the platforms: an adapter's delivery, carried out step by step on a transport. */
import { StackError } from './errors.ts';
import type { HttpRequest } from './http.ts';
import type { SendOutcome } from './message.ts';
import type { Answered, ChannelAdapter, Clock, Delivery, Outbox, Transport } from './ports.ts';

export function createOutbox(
  adapters: ReadonlyMap<string, ChannelAdapter>,
  transport: Transport,
  clock: Clock,
): Outbox {
  const adapterOf = (channelId: string): ChannelAdapter => {
    const adapter = adapters.get(channelId);
    if (adapter === undefined) throw new Error(`no adapter for channel '${channelId}'`);
    return adapter;
  };
  const ask = (request: HttpRequest): Promise<Answered> =>
    transport.send(request).catch((error) => {
      if (error instanceof StackError) return error;
      throw error;
    });
  const carryOut = async (
    delivery: Delivery,
    mayGoOn?: () => Promise<boolean>,
  ): Promise<SendOutcome> => {
    let step = delivery.next();
    for (let isFirst = true; step.done !== true; isFirst = false) {
      const { afterMs = 0 } = step.value;
      if (afterMs > 0) await clock.sleep(afterMs);
      if (mayGoOn !== undefined && !isFirst && !(await mayGoOn())) return BROKEN_OFF;
      step = delivery.next(await ask(step.value));
    }
    return step.value;
  };
  return {
    send: async (channelId, message, mayGoOn) =>
      carryOut(adapterOf(channelId).deliver(message), mayGoOn),
    async indicate(channelId, indication) {
      const delivery = adapterOf(channelId).indicate?.(indication);
      if (delivery !== undefined) await carryOut(delivery);
    },
    announce(channelId, announcement) {
      const delivery = adapterOf(channelId).announce?.(announcement);
      return delivery && carryOut(delivery).then(() => {});
    },
    requestRouting(channelId, wanted) {
      const delivery = adapterOf(channelId).requestRouting?.(wanted);
      return delivery && carryOut(delivery).then(() => {});
    },
  };
}

const BROKEN_OFF: SendOutcome = {
  ok: false,
  failure: 'optedOut',
  code: 'stack',
  detail: 'the customer opted out while it was being sent',
  // What went before has gone.
  definite: false,
};
