/**
 * A platform's endpoints as a table: what it serves is what it registers, and what the coverage
 * tables of README.md are held against.
 */
import { type HttpRequest, type HttpResponse, pathOf } from '../src/http.ts';
import type { Answer } from '../src/ports.ts';

export interface Route {
  /** `GET /v2/bot/message/{id}/content`: a `{name}` stands for one segment, or part of one. */
  readonly endpoint: string;
  /** `names`: what stood in the places, decoded, in order. */
  answer(request: HttpRequest, names: readonly string[]): Answer<HttpResponse>;
}

export interface Routes {
  readonly endpoints: readonly string[];
  /** The answer of the first that fits. `otherwise` is told whether only the method was wrong. */
  answer(request: HttpRequest): Answer<HttpResponse>;
}

export function createRoutes(
  routes: readonly Route[],
  otherwise: (request: HttpRequest, isPathKnown: boolean) => Answer<HttpResponse>,
): Routes {
  const compiled = routes.map(({ endpoint, answer }) => {
    const [method = '', path = ''] = endpoint.split(' ');
    return { method, pattern: patternOf(path), answer };
  });
  return {
    endpoints: routes.map(({ endpoint }) => endpoint),
    answer(request) {
      const path = pathOf(request.url);
      let isPathKnown = false;
      for (const { method, pattern, answer } of compiled) {
        const found = pattern.exec(path);
        if (found === null) continue;
        if (method === request.method) return answer(request, found.slice(1).map(decode));
        isPathKnown = true;
      }
      return otherwise(request, isPathKnown);
    },
  };
}

function patternOf(path: string): RegExp {
  const fixed = path.split(/\{\w+\}/).map((text) => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${fixed.join('([^/]+?)')}/?$`);
}

/** What can't be decoded is taken as it stands: it will be nobody's id. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
