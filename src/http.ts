/**
 * Plain HTTP records: the narrow waist between everything that speaks to a platform.
 * The same records go in process (virtual time) and over sockets (real time). No sockets here.
 */

/** An HTTP request. Header names are lower case. `url` is absolute, as the sender wrote it. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes: signatures are made and checked over these. */
  readonly body: Buffer;
}

/** An HTTP response. Header names are lower case. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /**
   * Over sockets only: what keeps on coming after the body (server-sent events). It is given ways
   * to write and to end it, and gives back what is to be called when the caller hangs up.
   */
  readonly stream?: (write: (chunk: string) => void, end: () => void) => () => void;
}

/** Anything that answers requests: the stack, a mock platform. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

const EMPTY = Buffer.alloc(0);

/** A response with a JSON body. */
export function json(status: number, value: unknown, headers: Record<string, string> = {}) {
  return respond(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

/** A response with a text body (or none). */
export function respond(
  status: number,
  text = '',
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers, body: text === '' ? EMPTY : Buffer.from(text) };
}

/** The path of an absolute URL, without query; `/` when there is none. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  if (start < 0) return '/';
  const query = url.indexOf('?', start);
  return query < 0 ? url.slice(start) : url.slice(start, query);
}

/** The origin (`scheme://host:port`) of an absolute URL. */
export function originOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  return start < 0 ? url : url.slice(0, start);
}
