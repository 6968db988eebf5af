/**
 * What the mock Apple remembers, bounded: who has an open conversation, and the sealed files that
 * were uploaded. It makes the ids; it has no rules.
 */
import { createHash } from 'node:crypto';
import { uuidOf } from '../../src/channels/uuid.ts';
import type { ProviderParts } from '../provider.ts';

/** A sealed file, as the MSP or the customer's phone uploaded it. */
export interface FileRecord {
  readonly id: string;
  readonly bytes: Buffer;
  /** Of the sealed bytes. */
  readonly checksum: Buffer;
}

export type Conversation = 'open' | 'closed' | 'never';

export interface Ledger {
  /** Gives the next message of a customer a UUID. */
  messageId(): string;
  /** A place for a file of that many bytes. */
  reserve(size: number): string;
  /** Whether the file came as announced. */
  keep(id: string, bytes: Buffer): FileRecord | undefined;
  file(id: string): FileRecord | undefined;
  set(customer: string, conversation: Conversation): void;
  conversation(customer: string): Conversation;
}

/** Files, and customers whose conversation is closed; the oldest are forgotten first. */
const KEPT = 1000;
/** Customers with an open conversation. */
const KEPT_OPEN = 100_000;

export function createLedger({ channelId }: Pick<ProviderParts, 'channelId'>): Ledger {
  const reserved = new Map<string, number>();
  const files = new Map<string, FileRecord>();
  const open = new Set<string>();
  const closed = new Set<string>();
  let messages = 0;
  let uploads = 0;
  return {
    messageId() {
      messages += 1;
      return uuidOf(`${channelId}/apple message ${messages}`);
    },
    reserve(size) {
      uploads += 1;
      const id = uuidOf(`${channelId}/apple file ${uploads}`).replaceAll('-', '').toUpperCase();
      reserved.set(id, size);
      bound(reserved, KEPT);
      return id;
    },
    keep(id, bytes) {
      const size = reserved.get(id);
      if (size === undefined || size !== bytes.length) return undefined;
      const checksum = createHash('sha1').update(bytes).digest();
      const record = { id, bytes, checksum };
      files.set(id, record);
      bound(files, KEPT);
      return record;
    },
    file: (id) => files.get(id),
    set(customer, conversation) {
      open.delete(customer);
      closed.delete(customer);
      if (conversation === 'open') open.add(customer);
      if (conversation === 'closed') closed.add(customer);
      bound(open, KEPT_OPEN);
      bound(closed, KEPT);
    },
    conversation(customer) {
      if (open.has(customer)) return 'open';
      return closed.has(customer) ? 'closed' : 'never';
    },
  };
}

function bound(items: Map<string, unknown> | Set<string>, most: number): void {
  const [oldest] = items.size > most ? items.keys() : [];
  if (oldest !== undefined) items.delete(oldest);
}
