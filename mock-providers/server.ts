/** Express around a platform that is served by itself, where its speed does not matter. */
import type { RequestListener } from 'node:http';
import express from 'express';

/** A shell for `serve`: the platform answers every path itself. */
export function onExpress(listener: RequestListener): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((request, response) => void listener(request, response));
  return app;
}
