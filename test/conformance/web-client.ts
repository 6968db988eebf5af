/**
 * A browser's client of Messaging for In-App and Web: npm's `eventsource` for the stream, `fetch`
 * for the rest. It does what Salesforce's sample app for the web is documented to do, its traps
 * included. No tests.
 */
import { EventSource } from 'eventsource';
import type { WebAccount } from '../../src/channels/web/wire.ts';

/** A frame as the sample app reads it: it fails on what that app fails on. */
function readEntry(event: MessageEvent) {
  const { conversationId, conversationEntry: entry } = JSON.parse(event.data);
  const payload = JSON.parse(entry.entryPayload);
  return {
    type: event.type,
    id: event.lastEventId,
    conversationId,
    messageId: entry.identifier,
    content: payload.abstractMessage ?? payload,
    messageType: payload.abstractMessage?.messageType ?? payload.routingType,
    actorName: entry.senderDisplayName || payload.entries[0].displayName,
    actorType: entry.sender.role,
    about: entry.relatedRecords[0],
    acknowledgedAt: payload.acknowledgementTimestamp,
    clientTimestamp: entry.clientTimestamp,
  };
}

const TYPES = [
  'MESSAGE',
  'ROUTING_RESULT',
  'PARTICIPANT_CHANGED',
  'SESSION_STATUS_CHANGED',
  'TYPING_STARTED_INDICATOR',
  'TYPING_STOPPED_INDICATOR',
  'DELIVERY_ACKNOWLEDGEMENT',
  'READ_ACKNOWLEDGEMENT',
  'CLOSE_CONVERSATION',
].map((type) => `CONVERSATION_${type}`);

type Json = Record<string, unknown>;

export type Browser = ReturnType<typeof createBrowser>;

export function createBrowser(
  edgeUrl: string,
  { orgId, esDeveloperName }: Pick<WebAccount, 'orgId' | 'esDeveloperName'>,
) {
  const conversationId = crypto.randomUUID();
  const path = `/conversation/${conversationId}`;
  const query = `esDeveloperName=${esDeveloperName}`;
  const entries: ReturnType<typeof readEntry>[] = [];
  const pings: string[] = [];
  let token = '';
  let lastEventId = '';
  let source: EventSource | undefined;
  let cut = () => {};

  const call = async (method: string, at: string, body?: Json | FormData) => {
    const isForm = body instanceof FormData;
    const response = await fetch(`${edgeUrl}/iamessage/api/v2${at}`, {
      method,
      headers: {
        ...(isForm ? {} : { 'Content-Type': 'application/json' }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      ...(body && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
  };
  const signIn = async (kind = 'unauthenticated', more = {}) => {
    const who = { orgId, esDeveloperName, capabilitiesVersion: '1', platform: 'Web' };
    const path = `/authorization/${kind}/access-token`;
    const { json } = await call('POST', path, { ...who, ...more });
    token = json.accessToken;
    lastEventId = json.lastEventId;
    return json;
  };
  /** The header is the one from the token at first; then `eventsource` gives its own. */
  const listen = () => {
    source = new EventSource(`${edgeUrl}/eventrouter/v1/sse?_ts=${Date.now()}`, {
      fetch: async (url, init) => {
        const response = await fetch(url, {
          ...init,
          headers: {
            'Last-Event-ID': lastEventId,
            ...init.headers,
            Authorization: `Bearer ${token}`,
            'X-Org-ID': orgId,
          },
        });
        const reader = response.body?.getReader();
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => {
            controller.enqueue(new TextEncoder().encode('retry: 20\n\n'));
            cut = () => {
              controller.close();
              reader?.cancel();
            };
          },
          pull: async (controller) => {
            const { value } = (await reader?.read().catch(() => undefined)) ?? {};
            if (value !== undefined) controller.enqueue(value);
          },
        });
        return new Response(body, response);
      },
    });
    for (const type of TYPES) {
      source.addEventListener(type, (event) => entries.push(readEntry(event)));
    }
    source.addEventListener('ping', ({ data }) => pings.push(data));
    return new Promise((resolve) => source?.addEventListener('open', resolve, { once: true }));
  };
  const say = (text: string, more = {}, id: string = crypto.randomUUID()) => {
    const staticContent = { formatType: 'Text', text };
    const message = { id, messageType: 'StaticContentMessage', staticContent };
    return call('POST', `${path}/message`, { message, esDeveloperName, ...more });
  };
  return {
    conversationId,
    path,
    query,
    entries,
    pings,
    call,
    signIn,
    listen,
    say,
    cut: () => cut(),
    token: () => token,
    close: () => source?.close(),
    create: () => call('POST', '/conversation', { conversationId, esDeveloperName }),
    texts: () =>
      entries.flatMap(({ content }) => (content.staticContent ? [content.staticContent.text] : [])),
  };
}
