/**
 * What the org remembers of a channel: the newest sessions, files and entries, and who opted out.
 * And the ids it gives: record ids in order, as the org does, and UUIDs.
 */
import { type ByocAccount, conversationOf } from '../../src/channels/byoc/wire.ts';
import type { Json } from '../../src/channels/json.ts';
import { uuidOf } from '../../src/channels/uuid.ts';
import type { ProviderParts } from '../provider.ts';
import { longId } from '../salesforce-org.ts';
import type { Tables } from '../soql.ts';

/** A MessagingSession. */
export interface Session {
  /** Its record id: what the Interaction Service calls a work item. */
  readonly workItemId: string;
  readonly conversationIdentifier: string;
  readonly endUser: string;
  isOpen: boolean;
}

/** An entry of a conversation, as GET /conversationEntry shows it. */
export interface KeptEntry {
  readonly conversationIdentifier: string;
  /** Unix ms. */
  readonly clientTimestamp: number;
  readonly sender: Json;
  readonly entryPayload: Json;
}

export interface StoredFile {
  readonly mimeType: string;
  readonly body: Buffer;
}

export interface Ledger {
  /** 15 characters, beginning with the three that stand for the kind of record. */
  recordId(prefix: string): string;
  uuid(purpose: string): string;
  /** The end user's open session; begins one where there is none. */
  open(endUser: string): { readonly session: Session; readonly isNew: boolean };
  /** The stack ended it. */
  close(conversationIdentifier: string): void;
  /** The newest session of a conversation, open or not. */
  ofConversation(conversationIdentifier: string): Session | undefined;
  ofWorkItem(workItemId: string): Session | undefined;
  setOptedOut(endUser: string, isOut: boolean): void;
  isOptedOut(endUser: string): boolean;
  keepFile(interactionId: string, file: StoredFile): void;
  file(interactionId: string): StoredFile | undefined;
  keepEntry(entry: KeptEntry): void;
  /** Oldest first. */
  entries(conversationIdentifier: string): readonly KeptEntry[];
}

const KEPT_SESSIONS = 50_000;
const KEPT_CONSENTS = 50_000;
const KEPT_ENTRIES = 2000;
const KEPT_FILES = 1000;
const KEPT_BYTES = 64 * 1024 * 1024;

export function createLedger(
  parts: Pick<ProviderParts, 'channelId' | 'channel' | 'random'>,
): Ledger {
  const { channelId, channel, random } = parts;
  const ids = createIds(channelId, random);
  const sessions = new Map<string, Session>();
  const byWorkItem = new Map<string, Session>();
  const optedOut = new Map<string, true>();
  const files = createFiles();
  let kept: KeptEntry[] = [];

  const begin = (endUser: string, conversationIdentifier: string): Session => {
    const workItemId = ids.recordId(MESSAGING_SESSION);
    const session = { workItemId, conversationIdentifier, endUser, isOpen: true };
    sessions.delete(conversationIdentifier);
    sessions.set(conversationIdentifier, session);
    byWorkItem.set(workItemId, session);
    forgetOldest(sessions, KEPT_SESSIONS);
    forgetOldest(byWorkItem, KEPT_SESSIONS);
    return session;
  };
  return {
    ...ids,
    ...files,
    open(endUser) {
      const conversationIdentifier = conversationOf(channel.address, endUser);
      const known = sessions.get(conversationIdentifier);
      if (known?.isOpen === true) return { session: known, isNew: false };
      return { session: begin(endUser, conversationIdentifier), isNew: true };
    },
    close(conversationIdentifier) {
      const session = sessions.get(conversationIdentifier);
      if (session !== undefined) session.isOpen = false;
    },
    ofConversation: (conversationIdentifier) => sessions.get(conversationIdentifier),
    ofWorkItem: (workItemId) => byWorkItem.get(workItemId),
    setOptedOut(endUser, isOut) {
      optedOut.delete(endUser);
      if (isOut) optedOut.set(endUser, true);
      forgetOldest(optedOut, KEPT_CONSENTS);
    },
    isOptedOut: (endUser) => optedOut.has(endUser),
    keepEntry(entry) {
      kept.push(entry);
      if (kept.length > 2 * KEPT_ENTRIES) kept = kept.slice(-KEPT_ENTRIES);
    },
    entries: (conversationIdentifier) =>
      kept.filter((entry) => entry.conversationIdentifier === conversationIdentifier),
  };
}

const MESSAGING_SESSION = '0Mw';

/** The last ten characters count, in base 62; the two before them name the instance. */
function createIds(channelId: string, random: ProviderParts['random']) {
  let records = Math.floor(random(`${channelId} records`, 0) * 62 ** 5);
  const uuids: Record<string, number> = {};
  return {
    recordId(prefix: string): string {
      records += 1;
      return `${prefix}Hp${base62(records).padStart(10, '0')}`;
    },
    uuid(purpose: string): string {
      const n = (uuids[purpose] ?? 0) + 1;
      uuids[purpose] = n;
      return uuidOf(`${channelId} ${purpose} ${n} ${random(`${channelId} ${purpose}`, n)}`);
    },
  };
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function base62(value: number): string {
  let digits = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) {
    digits = DIGITS.charAt(rest % 62) + digits;
  }
  return digits;
}

function createFiles() {
  const files = new Map<string, StoredFile>();
  let bytes = 0;
  const forget = (interactionId: string) => {
    bytes -= files.get(interactionId)?.body.length ?? 0;
    files.delete(interactionId);
  };
  return {
    keepFile(interactionId: string, file: StoredFile): void {
      forget(interactionId);
      files.set(interactionId, file);
      bytes += file.body.length;
      for (const oldest of files.keys()) {
        if (files.size <= KEPT_FILES && bytes <= KEPT_BYTES) break;
        forget(oldest);
      }
    },
    file: (interactionId: string) => files.get(interactionId),
  };
}

function forgetOldest(map: Map<string, unknown>, kept: number): void {
  if (map.size <= kept) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

/** How the channel is set up in the org. */
export interface SetUp {
  readonly account: ByocAccount;
  readonly vendorType: string;
  readonly routingOwner: string;
  readonly consentOwner: string;
}

/** The records of the set-up, as partners' samples look them up. */
export function tablesOf(
  { channelId, channel }: Pick<ProviderParts, 'channelId' | 'channel'>,
  ledger: Pick<Ledger, 'recordId'>,
  { account, vendorType, routingOwner, consentOwner }: SetUp,
): Tables {
  const id = (prefix: string) => longId(ledger.recordId(prefix));
  const [messagingChannel, vendor, permissions] = [id('0Mj'), id('18x'), id('0PS')];
  const definition = {
    Id: id('1Cf'),
    DeveloperName: account.authorizationContext,
    MasterLabel: account.authorizationContext.replace(/_/g, ' '),
    RoutingOwner: routingOwner,
    ConsentOwner: consentOwner,
    ConversationVendorInfoId: vendor,
    ConversationVendorInfo: { Id: vendor, VendorType: vendorType },
    CustomPlatformEvent: account.platformEvent,
    CustomEventTypeField: account.eventTypeField,
    CustomEventPayloadField: account.eventPayloadField,
    NamespacePrefix: null,
  };
  const messaging = {
    Id: messagingChannel,
    DeveloperName: channelId.replace(/\W+/g, '_'),
    MasterLabel: channelId,
    MessageType: 'Custom',
    ChannelAddressIdentifier: channel.address,
    IsActive: true,
  };
  const isLinked = vendorType === 'BringYourOwnContactCenter';
  const event = { ParentId: permissions, SobjectType: account.platformEvent };
  return {
    ConversationChannelDefinition: [definition],
    MessagingChannel: [messaging],
    ContactCenterChannel: isLinked ? [{ Id: id('1Cc'), ChannelId: messagingChannel }] : [],
    PermissionSet: [{ Id: permissions, Name: 'sfdc_scrt2' }],
    ObjectPermissions: [
      { Id: id('110'), ...event, PermissionsRead: true, PermissionsCreate: true },
    ],
  };
}
