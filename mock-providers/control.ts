/**
 * The control API of a mock platform: JSON under `/_rehearsal`, by which a test plays the outside
 * world: it speaks as a customer, reads the customer's inbox, sets faults, reads what went over the
 * wire, and starts afresh. No platform has anything like it; it knows no platform either.
 */
import * as z from 'zod';
import {
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  json,
  respond,
} from '../src/http.ts';
import type { Content } from '../src/message.ts';
import type { Clock } from '../src/ports.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import type { Customer, Outside, Received } from './outside.ts';
import type { Provider } from './provider.ts';
import { createRoutes, type Route } from './routes.ts';
import type { Traffic } from './traffic.ts';

export const CONTROL_PREFIX = '/_rehearsal';

export interface ControlParts {
  readonly clock: Clock;
  readonly traffic: Traffic;
  readonly faults: Faults;
  readonly outside: () => Outside;
  readonly provider: () => Provider;
  readonly reset: () => Promise<void>;
  /** Of what the platform listens on beside HTTP, in PEM. */
  readonly certificate: () => string | undefined;
}

export function createControl(parts: ControlParts): HttpHandler {
  const table = tableOf(parts);
  const routes = createRoutes(
    [{ endpoint: `GET ${CONTROL_PREFIX}`, answer: () => json(200, { endpoints: HELP }) }, ...table],
    (request, isPathKnown) =>
      problem(isPathKnown ? 405 : 404, `no ${request.method} here; see GET ${CONTROL_PREFIX}`),
  );
  return async (request) => routes.answer(request);
}

/** What `GET /_rehearsal` tells. */
const HELP: Readonly<Record<string, string>> = {
  'GET /customers': 'the addresses of all customers spoken as or read so far',
  'POST /say': '{ from?, name?, text | choose | content }: say something as a customer',
  'POST /typing': '{ from?, on }: begin or cease to write',
  'POST /leave': '{ from? }: end the conversation, where the platform can tell',
  'GET /inbox': '?of=: what that customer has received, oldest first',
  'POST /verify': 'ask the webhook whether it is one, as the platform does before it sends any',
  'GET /faults': 'the faults that are set',
  'PATCH /faults': `set some: ${Object.keys(NO_FAULTS).join(', ')}`,
  'DELETE /faults': 'set none',
  'GET /ledger': '?direction=api|webhook&limit=: what went over the wire, oldest first',
  'GET /certificate': 'in PEM, of what the platform listens on beside HTTP',
  'POST /reset': 'start afresh: no customers, no faults, nothing remembered',
};

function tableOf(parts: ControlParts): readonly Route[] {
  const { outside, faults, traffic } = parts;
  const route = (endpoint: string, answer: Route['answer']): Route => {
    return { endpoint: endpoint.replace(' ', ` ${CONTROL_PREFIX}`), answer };
  };
  return [
    route('GET /customers', () => {
      const all = outside().customers();
      return json(
        200,
        all.map(({ address, inbox }) => ({ address, received: inbox.length })),
      );
    }),
    route('POST /say', (request) => take(SAY, request, (say) => speak(outside(), say))),
    route('POST /typing', (request) =>
      take(TYPING, request, async ({ from, on }) => {
        const { phone } = outside().customer(from);
        if (phone.typing === undefined) return problem(501, 'this platform tells nobody of typing');
        await phone.typing(on);
        return json(200, { ok: true });
      }),
    ),
    route('POST /leave', (request) =>
      take(FROM, request, async ({ from }) => {
        const { phone } = outside().customer(from);
        if (phone.leave === undefined) return problem(501, 'this platform tells nobody of it');
        await phone.leave();
        return json(200, { ok: true });
      }),
    ),
    route('GET /inbox', (request) => {
      const of = queryOf(request).get('of') ?? '1';
      const customer = outside().customer(/^\d{1,4}$/.test(of) ? Number(of) : of);
      return json(200, { address: customer.address, messages: customer.inbox });
    }),
    route('POST /verify', async () => {
      const verdict = await parts.provider().verify?.();
      if (verdict === undefined) return problem(501, 'this platform asks no webhook');
      return verdict.ok ? json(200, { ok: true }) : json(502, verdict);
    }),
    route('GET /faults', () => json(200, faults.settings)),
    route('PATCH /faults', (request) =>
      take(FAULTS, request, async (some) => {
        faults.set(some);
        return json(200, faults.settings);
      }),
    ),
    route('DELETE /faults', () => {
      faults.reset();
      return json(200, faults.settings);
    }),
    route('GET /ledger', (request) => {
      const query = queryOf(request);
      const direction = query.get('direction');
      const limit = Number(query.get('limit') ?? 100);
      if (!(limit >= 1)) return problem(400, 'limit: expected a number from 1');
      const all = traffic.exchanges();
      return json(
        200,
        all.filter((one) => direction === null || one.direction === direction).slice(-limit),
      );
    }),
    route('GET /certificate', () => {
      const pem = parts.certificate();
      return pem === undefined ? problem(404, 'it has none') : respond(200, pem, PEM);
    }),
    route('POST /reset', async () => {
      await parts.reset();
      return json(200, { ok: true });
    }),
  ];
}

const PEM = { 'content-type': 'application/x-pem-file' };

const from = z.union([z.string().min(1), z.int().min(0)]).default(1);
const degrees = (most: number) => z.number().min(-most).max(most);
const url = z.url({ protocol: /^https?$/ });

const CONTENT = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({ kind: z.literal('choice'), id: z.string(), title: z.string() }),
  z.strictObject({
    kind: z.literal('media'),
    url,
    mimeType: z.string().default('image/jpeg'),
    caption: z.string().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('location'),
    latitude: degrees(90),
    longitude: degrees(180),
    name: z.string().exactOptional(),
    address: z.string().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('reaction'), emoji: z.string(), messageId: z.string() }),
]);

const SAY = z
  .strictObject({
    from,
    name: z.string().exactOptional(),
    text: z.string().exactOptional(),
    /** Title or number, from 1, of a quick reply of the last message that had any. */
    choose: z.union([z.string(), z.int().min(1)]).exactOptional(),
    content: CONTENT.exactOptional(),
  })
  .refine(
    ({ text, choose, content }) =>
      [text, choose, content].filter((one) => one !== undefined).length === 1,
    { error: 'needs exactly one of text, choose, content' },
  );
const TYPING = z.strictObject({ from, on: z.boolean().default(true) });
const FROM = z.strictObject({ from });

const chance = z.number().min(0).max(1).exactOptional();
const ms = z.number().min(0).exactOptional();
const FAULTS = z.strictObject({
  apiErrors: chance,
  lostAnswers: chance,
  apiDelayMs: ms,
  duplicateWebhooks: chance,
  lateWebhooks: chance,
  lateMs: ms,
  batchMs: ms,
});

async function speak(outside: Outside, say: z.output<typeof SAY>): Promise<HttpResponse> {
  const customer = outside.customer(say.from, say.name);
  const content = say.content ?? chosen(customer, say.choose) ?? said(say.text);
  if (content === undefined) return problem(409, `nobody has offered '${say.choose}'`);
  const report = await outside.say(customer, content);
  return json(report.ok ? 200 : 502, { from: customer.address, ...report });
}

function said(text: string | undefined): Content | undefined {
  return text === undefined ? undefined : { kind: 'text', text };
}

function chosen({ inbox }: Customer, wanted: string | number | undefined): Content | undefined {
  if (wanted === undefined) return undefined;
  const choices = inbox.map(choicesOf).findLast((offered) => offered.length > 0) ?? [];
  const found =
    typeof wanted === 'number'
      ? choices[wanted - 1]
      : choices.find(({ title }) => title.toLowerCase() === wanted.toLowerCase());
  return found && { kind: 'choice', id: found.id, title: found.title };
}

function choicesOf({ content }: Received) {
  return content.kind === 'text' ? (content.choices ?? []) : [];
}

/** The JSON body, as the schema has it; else what is wrong with it. */
async function take<T>(
  schema: z.ZodType<T>,
  { body }: HttpRequest,
  act: (value: T) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  let value: unknown;
  try {
    value = body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    return problem(400, 'the body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return act(parsed.data);
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return problem(400, `${place}${issue?.message}`);
}

function queryOf({ url }: HttpRequest): URLSearchParams {
  return new URL(url).searchParams;
}

function problem(status: number, error: string): HttpResponse {
  return json(status, { error });
}
