/**
 * The newest calls to and from a platform, as they were on the wire: what an engineer looks at when
 * an integration does not do what it should.
 */
import type { HttpHandler, HttpRequest, HttpResponse } from '../src/http.ts';
import type { Clock, Transport } from '../src/ports.ts';

/** One exchange. Bodies that are no text are given in base64. */
export interface Exchange {
  /** ISO 8601. */
  readonly at: string;
  /** `api`: somebody called the platform; `webhook`: the platform called the stack. */
  readonly direction: 'api' | 'webhook';
  readonly tookMs: number;
  readonly request: Message & { readonly method: string; readonly url: string };
  readonly response?: Message & { readonly status: number };
  /** Why there was no response. */
  readonly error?: string;
}

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly encoding: 'utf8' | 'base64';
}

export interface Traffic {
  /** A platform's API, listened to. */
  handler(handler: HttpHandler): HttpHandler;
  /** The way of its webhooks, listened to. */
  transport(transport: Transport): Transport;
  /** Oldest first. */
  exchanges(): readonly Exchange[];
  clear(): void;
}

const KEPT = 1000;

export function createTraffic(clock: Clock): Traffic {
  let exchanges: Exchange[] = [];

  const listen = async (
    direction: Exchange['direction'],
    request: HttpRequest,
    exchange: (request: HttpRequest) => Promise<HttpResponse>,
  ): Promise<HttpResponse> => {
    const began = clock.now();
    const keep = (rest: Pick<Exchange, 'response' | 'error'>) => {
      const at = new Date(clock.originMs + began).toISOString();
      const { method, url } = request;
      const asked = { method, url, ...messageOf(request) };
      exchanges.push({ at, direction, tookMs: clock.now() - began, request: asked, ...rest });
      if (exchanges.length > 2 * KEPT) exchanges = exchanges.slice(-KEPT);
    };
    try {
      const response = await exchange(request);
      keep({ response: { status: response.status, ...messageOf(response) } });
      return response;
    } catch (error) {
      keep({ error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };
  return {
    handler: (handler) => (request) => listen('api', request, handler),
    transport: (transport) => ({
      send: (request) => listen('webhook', request, (sent) => transport.send(sent)),
    }),
    exchanges: () => exchanges.slice(-KEPT),
    clear() {
      exchanges = [];
    },
  };
}

function messageOf({ headers, body }: Pick<HttpResponse, 'headers' | 'body'>): Message {
  const text = body.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(body);
  return isText
    ? { headers, body: text, encoding: 'utf8' }
    : { headers, body: body.toString('base64'), encoding: 'base64' };
}
