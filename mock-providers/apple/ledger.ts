/**
 * What the mock Apple remembers, bounded: who has an open conversation, and the sealed files that
 * were uploaded. It makes the ids; it has no rules.
 */
import { createHash } from 'node:crypto';
import { uuidOf } from '../../src/channels/uuid.ts';
import type { ProviderParts } from '../provider.ts';

/** A sealed file, as the MSP or the customer's phone uploaded it. */
export interface FileRecord {
  /** 64 hex digits, upper case. */
  readonly id: string;
  readonly bytes: Buffer;
  /** Of the sealed bytes: 21 bytes, a mark and their SHA-1. */
  readonly checksum: Buffer;
  /** Of what Apple itself has sealed for a business; others keep their keys. */
  readonly key?: string;
}

export type Conversation = 'open' | 'closed' | 'never';

export interface Ledger {
  /** Gives the next message of a customer a UUID. */
  messageId(): string;
  /** A place for a file of that many bytes. */
  reserve(size: number): string;
  /** Keeps a file; nothing if it did not come as announced. */
  keep(id: string, bytes: Buffer): FileRecord | undefined;
  /** Keeps a file that nobody announced. */
  put(bytes: Buffer, key?: string): FileRecord;
  file(id: string): FileRecord | undefined;
  set(customer: string, conversation: Conversation): void;
  conversation(customer: string): Conversation;
}

/** Files, announced uploads, and closed conversations; the oldest are forgotten first. */
const KEPT = 1000;
/** Of all files together; the newest is kept whatever its size. */
const KEPT_BYTES = 64_000_000;
/** Customers with an open conversation. */
const KEPT_OPEN = 100_000;

export function createLedger({
  channelId,
  random,
}: Pick<ProviderParts, 'channelId' | 'random'>): Ledger {
  const files = createFiles();
  const reserved = new Map<string, number>();
  const open = new Set<string>();
  const closed = new Set<string>();
  let messages = 0;
  let uploads = 0;
  const nextFile = () => {
    uploads += 1;
    const lot = random('apple file', uploads);
    const hash = createHash('sha256').update(`${channelId}/apple file ${uploads} ${lot}`);
    return hash.digest('hex').toUpperCase();
  };
  return {
    messageId() {
      messages += 1;
      const lot = random('apple message', messages);
      return uuidOf(`${channelId}/apple message ${messages} ${lot}`);
    },
    reserve(size) {
      const id = nextFile();
      reserved.set(id, size);
      bound(reserved, KEPT);
      return id;
    },
    keep(id, bytes) {
      if (reserved.get(id) !== bytes.length) return undefined;
      return files.add({ id, bytes, checksum: checksumOf(bytes) });
    },
    put(bytes, key) {
      const file = { id: nextFile(), bytes, checksum: checksumOf(bytes) };
      return files.add(key === undefined ? file : { ...file, key });
    },
    file: files.get,
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

function checksumOf(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x81), createHash('sha1').update(bytes).digest()]);
}

function createFiles() {
  const files = new Map<string, FileRecord>();
  let held = 0;
  const drop = (id: string) => {
    held -= files.get(id)?.bytes.length ?? 0;
    files.delete(id);
  };
  return {
    get: (id: string) => files.get(id),
    add(file: FileRecord): FileRecord {
      drop(file.id);
      files.set(file.id, file);
      held += file.bytes.length;
      for (const id of files.keys()) {
        if (id === file.id || (held <= KEPT_BYTES && files.size <= KEPT)) break;
        drop(id);
      }
      return file;
    },
  };
}

/** Forgets the oldest, one at a time: as many as are added. */
export function bound(items: Map<string, unknown> | Set<string>, most: number): void {
  const [oldest] = items.size > most ? items.keys() : [];
  if (oldest !== undefined) items.delete(oldest);
}
