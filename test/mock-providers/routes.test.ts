/** The table of endpoints. */
import { expect, it } from 'vitest';
import { createRoutes } from '../../mock-providers/routes.ts';
import { type HttpResponse, respond } from '../../src/http.ts';

const routes = createRoutes(
  [
    { endpoint: 'GET /v2/{id}/content', answer: (_, names) => respond(200, `content ${names}`) },
    { endpoint: 'POST /v2/{id}', answer: (_, [id]) => respond(200, `post ${id}`) },
    { endpoint: 'GET /A/{sid}.json', answer: (_, [sid]) => respond(200, `json ${sid}`) },
    { endpoint: 'GET /{a}/{b}', answer: (_, names) => respond(200, names.join('|')) },
  ],
  (_, isPathKnown) => respond(isPathKnown ? 405 : 404),
);

function ask(method: string, path: string): string {
  const url = `http://x.test${path}`;
  const response = routes.answer({ method, url, headers: {}, body: Buffer.alloc(0) });
  const { status, body } = response as HttpResponse;
  return status === 200 ? body.toString() : String(status);
}

it.each([
  ['GET', '/v2/7/content?x=1', 'content 7'],
  ['POST', '/v2/7', 'post 7'],
  ['POST', '/v2/7/', 'post 7'],
  ['GET', '/A/SM1.json', 'json SM1'],
  ['GET', '/A/SM1xjson', 'A|SM1xjson'],
  ['GET', '/a%2Fb/c%20d', 'a/b|c d'],
  ['GET', '/%E0%A4%A/x', '%E0%A4%A|x'],
  ['DELETE', '/v2/7', '405'],
  ['GET', '/v2/7/content/more', '404'],
  ['GET', '/', '404'],
])('%s %s is answered by the first that fits: %s', (method, path, answer) => {
  expect(ask(method, path)).toBe(answer);
});

it('shows what it serves', () => {
  expect(routes.endpoints).toContain('POST /v2/{id}');
});
