/**
 * Customers without a wire: messages go to the stack and back as plain records, with no platform
 * between. For theory and for speed; it says nothing about formats, signatures or receipts.
 */
import type { Phone, PhoneMessage, Provider } from '../../mock-providers/provider.ts';
import { respond } from '../../src/http.ts';
import type { InboundEvent } from '../../src/message.ts';
import type { Outbox } from '../../src/ports.ts';

export interface Direct {
  readonly outbox: Outbox;
  /** The provider-shaped face that customers connect to. */
  provider(channelId: string): Provider;
}

/** `inbound` is the stack's own entrance. */
export function createDirect(
  inbound: (channelId: string, event: InboundEvent) => Promise<void>,
): Direct {
  const phones = new Map<string, Line>();
  let messages = 0;
  const nextId = (prefix: string) => {
    messages += 1;
    return `${prefix}${messages}`;
  };
  return {
    outbox: {
      send(channelId, { to, content }) {
        const messageId = nextId('out-');
        phones.get(`${channelId}:${to}`)?.ring?.({ messageId, content });
        return Promise.resolve({ ok: true, messageId });
      },
      indicate: () => Promise.resolve(),
      announce: () => undefined,
      requestRouting: () => undefined,
    },
    provider: (channelId) => ({
      handle: async () => respond(404),
      endpoints: [],
      events: [],
      addressOf: (n) => `customer-${n}`,
      connect(address, _name, onMessage): Phone {
        const key = `${channelId}:${address}`;
        const line: Line = { ring: onMessage };
        phones.set(key, line);
        return {
          send(content) {
            const messageId = nextId('in-');
            const event = { kind: 'message', messageId, from: address, content } as const;
            return inbound(channelId, event).then(() => ({ ok: true, messageId }));
          },
          leave: () => inbound(channelId, { kind: 'ended', from: address }),
          disconnect() {
            line.ring = undefined;
            phones.delete(key);
          },
        };
      },
    }),
  };
}

/**
 * Emptied when the customer hangs up: V8 lets a Map's outgrown tables live until the next full
 * collection, and all they point to with them.
 */
interface Line {
  ring: ((message: PhoneMessage) => void) | undefined;
}
