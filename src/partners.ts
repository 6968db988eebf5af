/**
 * External routing: a partner decides who gets what. It hears of waiting work and of the reps by
 * webhook, and inserts an AgentWork through the org's REST API, as Salesforce documents it. Decided
 * here is nothing but whether that insert may be.
 */
import { timingSafeEqual } from 'node:crypto';
import { deletedEvent, eventOf, pendingEvent } from './change-events.ts';
import { unixNow } from './clock/unix-now.ts';
import type { Fact } from './facts.ts';
import { type HttpRequest, type HttpResponse, json, pathOf } from './http.ts';
import type { Org } from './org.ts';
import type { Clock, Recorder, Transport } from './ports.ts';
import type { Refusal } from './router/by-hand.ts';
import type { Router } from './router/router.ts';
import type { PendingRouting } from './router/work.ts';

export interface PartnersParts {
  readonly org: Org;
  readonly clock: Clock;
  readonly transport: Transport | undefined;
  /** Where each partner listens; a partner without one hears nothing. */
  readonly urlOf: (partner: string) => string | undefined;
}

export interface Partners {
  /** Tells partners what facts mean to them, and hands them on. */
  observe(recorder: Recorder): Recorder;
  /** A partner is to decide about this item. */
  ask(item: PendingRouting): void;
  /** An AgentWork inserted by a partner. */
  insert(request: HttpRequest, router: Pick<Router, 'assignExternally'>): HttpResponse;
}

/** `/services/data/v67.0/sobjects/AgentWork`, of any version. */
const INSERT = /^\/services\/data\/v\d+\.\d+\/sobjects\/AgentWork\/?$/;

export function isInsert(request: HttpRequest): boolean {
  return INSERT.test(pathOf(request.url));
}

export function createPartners(parts: PartnersParts): Partners {
  const { org, clock, transport } = parts;
  const partners = Object.entries(org.routingPartners ?? {});
  /** Work items a partner was asked about, that still wait. */
  const asked = new Map<string, string>();

  const tell = (partner: string, event: object) => {
    const url = parts.urlOf(partner);
    const token = org.routingPartners?.[partner]?.token ?? '';
    if (url === undefined || transport === undefined) return;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = Buffer.from(JSON.stringify(event));
    // Best effort, as events are: who misses one reads the next.
    clock.spawn(`routing partner ${partner} is told`, () =>
      transport.send({ method: 'POST', url: `${url}/events`, headers, body }).catch(() => {}),
    );
  };
  const hear = (fact: Fact) => {
    const at = unixNow(clock);
    const event = eventOf(fact, at);
    if (event !== undefined) for (const [partner] of partners) tell(partner, event);
    if (fact.type !== 'accepted' && fact.type !== 'withdrawn' && fact.type !== 'takenOver') return;
    const partner = asked.get(fact.work);
    if (partner === undefined) return;
    asked.delete(fact.work);
    tell(partner, deletedEvent(fact.work, at));
  };
  return {
    observe(recorder) {
      if (partners.length === 0) return recorder;
      return {
        record(fact) {
          recorder.record(fact);
          hear(fact);
        },
      };
    },
    ask(item) {
      const { partner } = item.demand.config;
      if (partner === undefined) return;
      asked.set(item.workId, partner);
      tell(partner, pendingEvent(item, unixNow(clock)));
    },
    insert(request, router) {
      const partner = partners.find(([, { token }]) => isFrom(request, token))?.[0];
      if (partner === undefined) return failure(401, 'INVALID_SESSION_ID', WHO_ARE_YOU);
      if (request.method !== 'POST') return failure(405, 'METHOD_NOT_ALLOWED', 'POST only');
      const record = parse(request.body);
      const { WorkItemId, UserId, ShouldSkipCapacityCheck } = record ?? {};
      if (typeof WorkItemId !== 'string' || typeof UserId !== 'string') {
        const message = 'Required fields are missing: [WorkItemId, UserId]';
        return failure(400, 'REQUIRED_FIELD_MISSING', message, ['WorkItemId', 'UserId']);
      }
      // What another partner routes does not exist for this one.
      const isTheirs = asked.get(WorkItemId) === partner;
      const skips = ShouldSkipCapacityCheck === true;
      const made = isTheirs ? router.assignExternally(WorkItemId, UserId, skips) : 'notWaiting';
      if (typeof made === 'string') return failure(400, ...REFUSALS[made]);
      return json(201, { id: made.id, success: true, errors: [] });
    },
  };
}

const WHO_ARE_YOU = 'Session expired or invalid';

const REFUSALS: Readonly<Record<Refusal, readonly [code: string, message: string]>> = {
  notWaiting: ['INVALID_INPUT', 'no such work item waits for this partner'],
  ringing: ['INVALID_INPUT', 'the work item is pushed to a user already'],
  unknownRep: ['INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id: UserId'],
  notOnline: ['INVALID_INPUT', 'the user is not online'],
  noRoom: ['INVALID_INPUT', 'the user has no capacity; set ShouldSkipCapacityCheck to exceed it'],
};

/** As the REST API says it: a list of errors. */
function failure(status: number, errorCode: string, message: string, fields: string[] = []) {
  return json(status, [{ message, errorCode, ...(fields.length > 0 && { fields }) }]);
}

function isFrom({ headers }: HttpRequest, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function parse(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
