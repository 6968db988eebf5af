/**
 * The Salesforce edge that a partner's bridge talks to (the org's API, the Interaction Service, the
 * event bus) and, inside it, a simulated partner with its end users: their messages go in by true
 * calls, what the org publishes is shown and acknowledged by true calls. Real partners may come
 * beside it: it leaves alone whoever is not its own.
 */
import { BYOC_LIMITS } from '../../src/channels/byoc/limits.ts';
import { createTokenKey } from '../../src/channels/byoc/signature.ts';
import { byocAccount, SCOPE } from '../../src/channels/byoc/wire.ts';
import { numberOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { unixNow } from '../../src/clock/unix-now.ts';
import { type HttpHandler, type HttpRequest, json, pathOf } from '../../src/http.ts';
import type { Content } from '../../src/message.ts';
import type { Phone, PhoneMessage, Provider, ProviderParts, SendReport } from '../provider.ts';
import { createPubSub, type PubSub } from '../pubsub.ts';
import { createRoutes, type Route } from '../routes.ts';
import { type Org, orgRoutes, refuse } from '../salesforce-org.ts';
import { type Edge, guarded, interactionRoutes } from './api.ts';
import { createPartner, type Heard, type Partner, readEvent } from './content.ts';
import { createLedger, type Session, tablesOf } from './ledger.ts';
import type { ProblemCode } from './rules.ts';
import { createForward } from './webhook.ts';

/** What Bring Your Own Channel and its form for CCaaS do not share. */
export interface Variant {
  readonly vendorType: 'BringYourOwnChannelPartner' | 'BringYourOwnContactCenter';
  /** Who routes; and who keeps consent, unless the account says otherwise. */
  readonly owner: 'Salesforce' | 'Partner';
  /** Names of further events. */
  readonly events: readonly string[];
  /** Further calls. */
  routes(edge: Edge): readonly Route[];
  /** A session began. `partner`: the simulated one, if the end user is its own. */
  onSession(edge: Edge, session: Session, partner: Partner | undefined): void;
  /** The stack published an event of another type; `payload` is JSON text. */
  onEvent?(edge: Edge, type: string, payload: string, partner: Partner): void;
}

/**
 * The mock of one channel. Beside the fields of `ByocAccount` it reads, all optional, of
 * `channel.account`: `partnerPublicKey` (PEM; absent: assertions are not verified), `consentOwner`
 * (`Partner`; absent: Salesforce), `supportsKeywords` (`on`; absent: off), `unreachable` (end users
 * by comma) and `bridgeRetries` (absent: 3).
 */
export function createByocProvider(parts: ProviderParts): Provider {
  return createEdgeProvider(parts, {
    vendorType: 'BringYourOwnChannelPartner',
    owner: 'Salesforce',
    events: [],
    routes: (edge) => CCAAS_ONLY.map(([endpoint, code]) => guarded(edge, endpoint, () => code)),
    onSession: () => {},
  });
}

/** The edge of a channel, with its simulated partner. */
export function createEdgeProvider(parts: ProviderParts, variant: Variant): Provider {
  const tokens = createTokens(parts);
  const account = byocAccount(parts.channel);
  const ledger = createLedger(parts);
  const limits = limitsOf(parts.channel, BYOC_LIMITS);
  const bus = createBus(parts, tokens.isAuthorised);
  const { eventTypeField, eventPayloadField } = account;
  const publish = (values: Readonly<Record<string, string>>) => {
    bus.publish({ ...values, CreatedById: account.userId });
    const [type = '', payload = ''] = [values[eventTypeField], values[eventPayloadField]];
    if (type !== 'Interaction') return variant.onEvent?.(edge, type, payload, partner);
    const heard = readEvent(payload);
    if (heard?.channelAddress !== parts.channel.address) return;
    ledger.keepEntry(heard.entry);
    if (heard.endsSession) ledger.close(heard.entry.conversationIdentifier);
    if (users.has(heard.endUser)) users.hear(heard);
  };
  const consentOwner = parts.channel.account.consentOwner ?? variant.owner;
  const edge: Edge = {
    parts,
    account,
    limits,
    ledger,
    consentOwner,
    nowMs: tokens.nowMs,
    readToken: tokens.read,
    forward: createForward(parts, limits.serviceTimeoutMs),
    publish(type, payload) {
      publish({ [eventTypeField]: type, [eventPayloadField]: JSON.stringify(payload) });
    },
    onSession(session) {
      variant.onSession(edge, session, users.has(session.endUser) ? partner : undefined);
    },
  };
  const { vendorType, owner: routingOwner } = variant;
  const { partnerPublicKey } = parts.channel.account;
  const org: Org = {
    ...account,
    ...ledger,
    ...tokens,
    ...(partnerPublicKey !== undefined && { partnerPublicKey }),
    instanceUrl: parts.publicUrl,
    event: {
      name: account.platformEvent,
      fields: [eventTypeField, eventPayloadField],
      fieldLength: limits.payload,
      publish,
    },
    tables: tablesOf(parts, ledger, { account, vendorType, routingOwner, consentOwner }),
  };
  const all = [...orgRoutes(org), ...interactionRoutes(edge), ...variant.routes(edge)];
  const routes = createRoutes(all, noRoute);
  const handle: HttpHandler = async (request) => routes.answer(request);
  const retries = numberOf(parts.channel.account.bridgeRetries) ?? 3;
  const partner = createPartner(edge, handle, tokens.ofPartner, retries);
  const users = createUsers(edge, partner);
  return {
    handle,
    endpoints: routes.endpoints,
    events: [...EVENTS, ...variant.events],
    connect: users.connect,
    addressOf: (n) => `end-user-${n}`,
    listen: bus.listen,
  };
}

/** Calls that this product does not have, and how the service says so. */
const CCAAS_ONLY: readonly (readonly [string, ProblemCode])[] = [
  ['POST /api/v1/conversationHistory', 10057],
  ['POST /api/v1/route', 15102],
  ['DELETE /api/v1/route', 15102],
  ['POST /api/v1/agentWork', 15102],
  ['PATCH /api/v1/agentWork', 15102],
  ['POST /api/v1/routingResult', 15102],
];

/** What the stack may be told, by interaction and entry type or by call; and what the bus may. */
const EVENTS = [
  'EntryInteraction Message',
  'EntryInteraction TypingStartedIndicator',
  'EntryInteraction TypingStoppedIndicator',
  'EntryInteraction MessageDeliveryFailed',
  'AttachmentInteraction',
  'acknowledgement',
  'messagingSession End',
  'Interaction',
];

/** The org's access tokens. */
function createTokens({ channel, clock, publicUrl }: ProviderParts) {
  const { orgId, tokenSecret, serviceToken, userId, consumerKey } = byocAccount(channel);
  const { tokenMs } = limitsOf(channel, BYOC_LIMITS);
  const key = createTokenKey(tokenSecret);
  const nowMs = () => Math.floor(unixNow(clock));
  const makeToken = (scp: string) => {
    const iat = Math.floor(nowMs() / 1000);
    const exp = iat + Math.ceil(tokenMs / 1000);
    const claims = { aud: [publicUrl], iss: publicUrl, sub: `uid:${userId}`, iat, exp };
    return key.make(orgId, { scp, ...claims, client_id: consumerKey });
  };
  const read = (token: string) => key.read(orgId, token, nowMs());
  let own = { token: '', untilMs: 0 };
  return {
    nowMs,
    makeToken,
    read,
    isAuthorised: (token: string) => token === serviceToken || read(token) !== undefined,
    /** The simulated partner's: renewed at half-time. */
    ofPartner(): string {
      if (nowMs() >= own.untilMs) own = { token: makeToken(SCOPE), untilMs: nowMs() + tokenMs / 2 };
      return own.token;
    },
  };
}

function createBus(parts: ProviderParts, isAuthorised: (token: string) => boolean): PubSub {
  const { channel, clock, random, channelId } = parts;
  const { orgId, platformEvent, eventTypeField, eventPayloadField } = byocAccount(channel);
  return createPubSub({
    clock,
    random: (purpose, id) => random(`${channelId} ${purpose}`, id),
    topic: `/event/${platformEvent}`,
    schemaName: platformEvent,
    fields: [eventTypeField, eventPayloadField],
    isAuthorised: (token, _instanceUrl, tenant) => tenant.startsWith(orgId) && isAuthorised(token),
  });
}

function noRoute({ url, method }: HttpRequest, isPathKnown: boolean) {
  const code = isPathKnown ? 405 : 404;
  if (pathOf(url).startsWith('/api/')) return json(code, { message: 'No such call.', code });
  return isPathKnown
    ? refuse(code, 'METHOD_NOT_ALLOWED', `HTTP Method '${method}' not allowed.`)
    : refuse(code, 'NOT_FOUND', 'The requested resource does not exist');
}

/** An end user with the app open. */
interface Handset {
  readonly onMessage: (message: PhoneMessage) => void;
  /** Message ids, by the id of each choice on the screen; the newest that offers it. */
  readonly questions: Map<string, string>;
}

/** End users of the simulation: the partner's own even while nobody plays them. */
const SIMULATED = /^end-user-\d+$/;

function createUsers(edge: Edge, partner: Partner) {
  const { parts, ledger } = edge;
  const { clock, delays, channel } = parts;
  const handsets = new Map<string, Handset>();
  const unreachable = new Set(channel.account.unreachable?.split(',').map((one) => one.trim()));
  let messages = 0;

  const deliver = async (heard: Heard, content: Content, number: number) => {
    const { endUser, id } = heard;
    await clock.sleep(delays.deliveryMs(number));
    if (unreachable.has(endUser)) return partner.fail(heard, 'UNREACHABLE');
    if (ledger.isOptedOut(endUser)) return partner.fail(heard, '15103');
    const handset = handsets.get(endUser);
    if (content.kind === 'text') {
      for (const choice of content.choices ?? []) handset?.questions.set(choice.id, id);
    }
    const arrivedAt = clock.now();
    handset?.onMessage({ messageId: id, content });
    await partner.acknowledge(heard, 'Delivered');
    const readMs = delays.readMs(number);
    if (readMs === undefined) return;
    await clock.sleep(arrivedAt + readMs - clock.now());
    return partner.acknowledge(heard, 'Read');
  };
  const send = async (from: string, handset: Handset, content: Content): Promise<SendReport> => {
    messages += 1;
    const said = {
      id: ledger.uuid('interaction'),
      timestamp: edge.nowMs(),
      content,
      questionId: content.kind === 'choice' ? handset.questions.get(content.id) : undefined,
    };
    await clock.sleep(delays.inboundMs(messages));
    const report = await partner.say(from, said);
    return report.ok ? { ok: true, messageId: said.id } : report;
  };
  return {
    has: (endUser: string) => handsets.has(endUser) || SIMULATED.test(endUser),
    /** An event for an end user of its own. */
    hear(heard: Heard) {
      const { content } = heard;
      // Typing and read marks have no place on these phones.
      if (content === undefined) return;
      messages += 1;
      const number = messages;
      clock.spawn(`byoc ${heard.id}`, () => deliver(heard, content, number));
    },
    connect(address: string, _name: string, onMessage: Handset['onMessage']): Phone {
      const handset: Handset = { onMessage, questions: new Map() };
      handsets.set(address, handset);
      return {
        send: (content) => send(address, handset, content),
        typing: async (on) => void (await partner.typing(address, on)),
        leave: async () => void (await partner.end(address)),
        disconnect() {
          if (handsets.get(address) === handset) handsets.delete(address);
        },
      };
    },
  };
}
