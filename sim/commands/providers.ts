/**
 * `rehearse providers --webhook URL`: the mock platforms alone, each on a port of its own, for a
 * stack, a bridge or a bot of any make. Real time; ends by Ctrl-C.
 */
import type { CommandModule } from 'yargs';
import { CLIENTS } from '../../mock-providers/clients.ts';
import { CONTROL_PREFIX } from '../../mock-providers/control.ts';
import { PROVIDERS } from '../../mock-providers/index.ts';
import { onExpress } from '../../mock-providers/server.ts';
import { createStandalone, type Standalone } from '../../mock-providers/standalone.ts';
import { CHANNEL_KINDS, type WiredChannel } from '../../src/channels/index.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import type { Channel } from '../../src/org.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { createRandom } from '../random.ts';
import { nearest } from '../scenario/complaints.ts';
import { loadOrg } from '../scenario.ts';
import type { Terminal } from '../terminal.ts';
import { SIDE_PORTS } from '../wiring.ts';

interface ProvidersArguments {
  readonly only: string | undefined;
  readonly webhook: string;
  readonly org: string | undefined;
  readonly port: number;
  readonly seed: number;
}

export const PROVIDERS_OPTIONS = {
  webhook: {
    describe: 'where your stack takes webhooks; {channel} stands for the channel',
    type: 'string',
    demandOption: true,
  },
  only: { describe: 'channels, by comma; absent: all', type: 'string', default: undefined },
  org: {
    describe: "an org file's channels and accounts; absent: one of each type, made up",
    type: 'string',
    default: undefined,
  },
  port: { describe: 'the first port; 0: any free ones', type: 'number', default: 4010 },
  seed: { describe: 'of ids and chance', type: 'number', default: 1 },
} as const;

export function providersCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, ProvidersArguments> {
  return {
    command: 'providers',
    describe: 'Serve the mock platforms alone, for any stack',
    builder: (yargs) => yargs.options(PROVIDERS_OPTIONS).check(checkArguments),
    async handler(args) {
      const channels = chosen(args);
      const { running, close } = await start(channels, args);
      terminal.out(running.map(describe).join('\n'));
      terminal.err(`\n${running.length} platforms; Ctrl-C ends them.\n`);
      await new Promise<void>((resolve) => {
        if (terminal.signal.aborted) resolve();
        terminal.signal.addEventListener('abort', () => resolve());
      });
      await close();
      exit(EXIT.pass);
    },
  };
}

function checkArguments({ webhook, port, seed }: ProvidersArguments): true {
  const wrong = (text: string) => {
    throw new Obstacle(EXIT.usage, `rehearse: ${text}`);
  };
  const url = URL.canParse(webhook) ? new URL(webhook) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    wrong('--webhook takes an http or https address.');
  }
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_000)) {
    wrong('--port takes a whole number from 0 to 65000.');
  }
  if (!Number.isSafeInteger(seed)) wrong('--seed takes a whole number.');
  return true;
}

type Wired = Channel & { readonly type: WiredChannel };

/** A channel to be served, and its place among all: its port does not depend on `--only`. */
interface Choice {
  readonly id: string;
  readonly place: number;
  readonly channel: Wired;
}

function chosen({ only, org }: ProvidersArguments): readonly Choice[] {
  const channels = org === undefined ? madeUp() : loadOrg(org, { isForeign: true }).channels;
  const all = Object.entries(channels).flatMap(([id, channel], place) =>
    isWired(channel) ? [{ id, place, channel }] : [],
  );
  const wanted = only?.split(',').map((name) => name.trim());
  if (wanted === undefined) return all;
  return wanted.flatMap((name) => {
    const found = all.filter(({ id, channel }) => id === name || channel.type === name);
    if (found.length > 0) return found;
    const ids = all.map(({ id }) => id);
    const near = nearest(name, ids);
    const known = near === undefined ? `channels are ${ids.join(', ')}` : `did you mean '${near}'?`;
    throw new Obstacle(EXIT.usage, `rehearse: --only: no channel '${name}'; ${known}`);
  });
}

function isWired(channel: Channel): channel is Wired {
  return Object.hasOwn(CHANNEL_KINDS, channel.type);
}

/** One channel of each type, with the made-up account of its platform. */
function madeUp(): Readonly<Record<string, Channel>> {
  return Object.fromEntries(
    Object.entries(CHANNEL_KINDS).map(([type, { address }]) => [
      type,
      {
        type: type as WiredChannel,
        address: address.example,
        queue: '',
        account: {},
        limits: {},
        indicators: [],
        keywords: { optOut: [], optIn: [], help: [], end: [] },
        autoResponses: {},
      },
    ]),
  );
}

interface Running extends Choice {
  readonly server: RunningServer;
  readonly platform: Standalone;
  readonly webhookUrl: string;
}

async function start(choices: readonly Choice[], args: ProvidersArguments) {
  const random = createRandom(args.seed);
  const running: Running[] = [];
  const clock = createSystemClock();
  const transport = createHttpTransport();
  const close = async () => {
    clock.close();
    for (const { server, platform } of running) {
      await platform.close();
      await server.close();
    }
    await transport.close();
  };
  const open = async (choice: Choice) => {
    const { id, place, channel } = choice;
    const webhookUrl = args.webhook.replaceAll('{channel}', encodeURIComponent(id));
    let platform: Standalone | undefined;
    const port = args.port === 0 ? 0 : args.port + place;
    const server = await serve((request) => platform?.handle(request) ?? STARTING, {
      ...{ name: `${id} platform`, port, shell: onExpress },
    });
    platform = createStandalone(
      PROVIDERS[channel.type],
      {
        ...{ channelId: id, channel, clock, transport, webhookUrl },
        publicUrl: server.url,
        random: (purpose, n) => random.uniform(`${id} ${purpose}`, n),
        delays: DELAYS,
      },
      args.port === 0 ? 0 : port + SIDE_PORTS,
    );
    await platform.open();
    running.push({ ...choice, server, platform, webhookUrl });
  };
  try {
    for (const choice of choices) await open(choice);
  } catch (error) {
    await close();
    throw error;
  }
  return { running, close };
}

const STARTING = Promise.resolve({ status: 503, headers: {}, body: Buffer.alloc(0) });

/** Quick, but not at once: what comes after the API's answer comes after it. */
const DELAYS = { inboundMs: () => 0, deliveryMs: () => 100, readMs: () => 1000 };

function describe({ id, channel, server, platform, webhookUrl }: Running): string {
  const clients = CLIENTS[channel.type];
  const account: object = clients?.account(channel) ?? {};
  const listening = platform.listening();
  const lines: [string, string][] = [
    ['webhooks to', webhookUrl],
    ['address', channel.address],
    ...Object.entries(account).filter(([, value]) => value !== ''),
    ...(clients?.of(server.url) ?? []).map(({ client, setting }): [string, string] => [
      client,
      setting,
    ]),
    ['control API', `${server.url}${CONTROL_PREFIX}`],
  ];
  if (listening !== undefined) lines.push([listening.name, listening.address]);
  const width = Math.max(...lines.map(([label]) => label.length));
  const text = lines.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
  return `${id}: ${clients?.platform ?? channel.type} at ${server.url}\n${text}\n`;
}
