/**
 * Load generators of others, where they are installed, and a server to hold them against. None is a
 * dependency of the project: who lacks one is told how to get it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findK6 } from '../sim/k6/find.ts';
import { type Started, startServer } from './usage.ts';
import type { Log, Terms } from './webhook-server.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, '.tools/bench');

/** Exact versions: what they do is told by name. */
const PACKAGES = { autocannon: 'autocannon@8', artillery: 'artillery@2.0.34' } as const;

export type Tool = 'k6' | 'wrk' | keyof typeof PACKAGES;
type Command = readonly [string, ...string[]];
type Found = { readonly command: Command } | { readonly missing: string };

export function findTool(tool: Tool): Found {
  if (tool === 'k6') {
    const found = findK6(process.env.REHEARSE_K6);
    return 'file' in found ? { command: [found.file] } : found;
  }
  if (tool === 'wrk') {
    const { error } = spawnSync('wrk', ['-v']);
    return error === undefined ? { command: ['wrk'] } : { missing: 'apt-get install wrk' };
  }
  const file = join(FOLDER, 'node_modules/.bin', tool);
  if (existsSync(file)) return { command: [process.execPath, file] };
  return { missing: `npm i --ignore-scripts --prefix .tools/bench ${PACKAGES[tool]}` };
}

/** The command of a tool, or nothing, once it was said how to get it. */
export function commandOf(tool: Tool): Command | undefined {
  const found = findTool(tool);
  if ('command' in found) return found.command;
  process.stdout.write(`${tool} is left out. To have it: ${found.missing}\n`);
  return undefined;
}

export interface WebhookServer extends Started {
  /** Forgets what came, and answers on these terms from now on. */
  reset(terms: Terms): Promise<void>;
  log(): Promise<Log>;
}

export async function startWebhookServer(): Promise<WebhookServer> {
  const server = await startServer(join(import.meta.dirname, 'webhook-server.ts'), []);
  return {
    ...server,
    async reset(terms) {
      const fields = Object.entries(terms).map(([name, ms]) => [name, String(ms)] as const);
      const query = new URLSearchParams(Object.fromEntries(fields));
      await fetch(`${server.url}/reset?${query}`, { method: 'POST' });
    },
    async log() {
      return (await (await fetch(`${server.url}/log`)).json()) as Log;
    },
  };
}
