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
  const phones = new Map<string, (message: PhoneMessage) => void>();
  let messages = 0;
  const nextId = (prefix: string) => {
    messages += 1;
    return `${prefix}${messages}`;
  };
  return {
    outbox: {
      send(channelId, { to, content }) {
        const messageId = nextId('out-');
        phones.get(`${channelId}:${to}`)?.({ messageId, content });
        return Promise.resolve({ ok: true, messageId });
      },
    },
    provider: (channelId) => ({
      handle: async () => respond(404),
      addressOf: (n) => `customer-${n}`,
      connect(address, _name, onMessage): Phone {
        const key = `${channelId}:${address}`;
        phones.set(key, onMessage);
        return {
          send(content) {
            const messageId = nextId('in-');
            const event = { kind: 'message', messageId, from: address, content } as const;
            return inbound(channelId, event).then(() => ({ ok: true, messageId }));
          },
          leave: () => inbound(channelId, { kind: 'ended', from: address }),
          disconnect: () => phones.delete(key),
        };
      },
    }),
  };
}
