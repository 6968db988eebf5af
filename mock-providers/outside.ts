/**
 * The outside world of a mock platform that runs by itself: customers who do what they are told,
 * and keep what they receive.
 */
import type { Content } from '../src/message.ts';
import type { Phone, PhoneMessage, Provider, ProviderParts, SendReport } from './provider.ts';

/** What a customer's phone shows, and how it is used. */
export interface Customer {
  readonly address: string;
  readonly phone: Phone;
  /** Oldest first. */
  readonly inbox: readonly Received[];
}

export interface Received extends PhoneMessage {
  /** ISO 8601. */
  readonly at: string;
}

/** The outside world, as the control API plays it. */
export interface Outside {
  /** The customer at that address, or the n-th simulated one; made when there is none yet. */
  customer(of: string | number, name?: string): Customer;
  customers(): readonly Customer[];
  say(customer: Customer, content: Content): Promise<SendReport>;
}

/** Messages kept of each inbox. */
const KEPT = 1000;

export function createOutside(
  provider: Provider,
  { clock }: Pick<ProviderParts, 'clock'>,
): Outside {
  const customers = new Map<string, Customer>();
  const meet = (address: string, name: string): Customer => {
    const inbox: Received[] = [];
    const phone = provider.connect(address, name, (message) => {
      inbox.push({ at: new Date(clock.originMs + clock.now()).toISOString(), ...message });
      if (inbox.length > KEPT) inbox.shift();
    });
    const customer = { address, phone, inbox };
    customers.set(address, customer);
    return customer;
  };
  return {
    customer(of, name) {
      const address = typeof of === 'number' ? provider.addressOf(of) : of;
      return customers.get(address) ?? meet(address, name ?? 'Test Customer');
    },
    customers: () => [...customers.values()],
    say: ({ phone }, content) => phone.send(content),
  };
}
