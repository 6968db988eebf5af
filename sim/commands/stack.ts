/**
 * `rehearse stack ORG --store URL`: the stack alone, for customers, reps and platforms elsewhere.
 * Real time; ends by Ctrl-C. Several of them share the work on one Redis.
 */
import { randomBytes } from 'node:crypto';
import type { CommandModule } from 'yargs';
import { StackError } from '../../src/errors.ts';
import type { Org } from '../../src/org.ts';
import { serve } from '../../src/server.ts';
import { createService, type Service } from '../../src/service/service.ts';
import { openStore, STORE_EXAMPLES } from '../../src/stores/open.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { loadOrg } from '../scenario.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

interface StackArguments {
  readonly org: string;
  readonly store: string;
  readonly port: number;
  readonly platforms: number;
  readonly publicUrl: string | undefined;
}

export const STACK_OPTIONS = {
  store: { describe: `where sessions live: ${STORE_EXAMPLES}`, type: 'string', default: 'memory' },
  port: { describe: 'where it listens; 0: any free port', type: 'number', default: 4000 },
  platforms: {
    describe: 'the first port of the platforms, as `rehearse providers` has it',
    type: 'number',
    default: 4010,
  },
  publicUrl: {
    describe: 'where platforms send webhooks to, if that is another address',
    type: 'string',
    default: undefined,
  },
} as const;

export function stackCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, StackArguments> {
  return {
    command: 'stack <org>',
    describe: 'Serve the stack alone: webhooks, desks, health and metrics',
    builder: (yargs) =>
      yargs
        .positional('org', { describe: 'An org file', type: 'string', demandOption: true })
        .options(STACK_OPTIONS)
        .check(checkArguments),
    async handler(args) {
      const org = loadOrg(args.org);
      const { service, url, close } = await start(org, args, terminal);
      terminal.out(describe(org, service, url));
      terminal.err('Ctrl-C ends it.\n');
      await new Promise<void>((resolve) => {
        if (terminal.signal.aborted) resolve();
        terminal.signal.addEventListener('abort', () => resolve());
      });
      await close();
      exit(EXIT.pass);
    },
  };
}

function checkArguments({ port, platforms, publicUrl }: StackArguments): true {
  const wrong = (text: string) => {
    throw new Obstacle(EXIT.usage, `rehearse: ${text}`);
  };
  for (const [name, value] of Object.entries({ port, platforms })) {
    if (Number.isInteger(value) && value >= 0 && value <= 65_535) continue;
    wrong(`--${name} takes a whole number from 0 to 65535.`);
  }
  if (publicUrl !== undefined && !/^https?:\/\/[^/]+$/.test(publicUrl)) {
    wrong('--publicUrl takes an http or https address without a path.');
  }
  return true;
}

/** Throws `StackError` when the port or the store can't be had. */
async function start(org: Org, args: StackArguments, terminal: Terminal) {
  const store = await openStore(args.store);
  const transport = createHttpTransport();
  let service: Service | undefined;
  const close = async () => {
    service?.stop();
    await server?.close();
    await transport.close();
    await store.close();
  };
  const onError = (what: string, error: unknown) => {
    // What is no error of the table is a bug, and shows where it is.
    const text = error instanceof StackError ? error.message : ((error as Error).stack ?? error);
    terminal.err(`${what}: ${text}\n`);
  };
  let server: Awaited<ReturnType<typeof serve>> | undefined;
  try {
    server = await serve((request) => service?.handle(request) ?? STARTING, {
      name: 'stack',
      port: args.port,
      onError: (error) => onError('request', error),
    });
    const { url } = server;
    const places = Object.keys(org.channels);
    service = createService({
      ...{ org, store, transport, url, onError, version: VERSION },
      publicUrl: args.publicUrl ?? url,
      apiUrlOf: (channel) => `http://127.0.0.1:${args.platforms + places.indexOf(channel)}`,
      id: randomBytes(4).toString('hex'),
    });
    await service.start();
    return { service, url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const STARTING = Promise.resolve({ status: 503, headers: {}, body: Buffer.alloc(0) });

function describe(org: Org, service: Service, url: string): string {
  const lines = [
    `stack '${org.name}' at ${url}, ${service.isLeading() ? 'leading' : 'following'}`,
    ...Object.keys(org.channels).map(
      (channel) => `  webhooks  ${url}/webhooks/${encodeURIComponent(channel)}`,
    ),
    `  desks     ${url}/desk/<rep>/events`,
    `  health    ${url}/health`,
    `  metrics   ${url}/metrics`,
  ];
  return `${lines.join('\n')}\n`;
}
