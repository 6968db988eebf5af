/** A Redis of a test's own, on a free port, gone with the test. The real thing: no stand-in. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Starts it again on its port: empty, unless it writes to disk. */
  restart(): Promise<void>;
  /** It answers nobody for so long, connections stay. */
  freeze(forMs: number): Promise<void>;
  /** As `kill -9`. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** Why there is no Redis to test with; in CI that is a failure, not a reason. */
export function redisMissing(): string | undefined {
  if (hasRedis) return undefined;
  const why = 'redis-server is not installed (Debian: apt-get install redis-server)';
  if (process.env.CI) throw new Error(why);
  return why;
}

export async function startRedis(options: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-redis-'));
  let child: ChildProcess;
  const start = async () => {
    const usual = ['--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'];
    const address = ['--bind', '127.0.0.1', '--cluster-announce-ip', '127.0.0.1'];
    child = spawn('redis-server', [...usual, ...address, ...options], { stdio: 'ignore' });
    await answers(port);
    if (options.includes('--cluster-enabled')) await takeAllSlots(port);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const over = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await over;
    rmSync(join(folder, 'nodes.conf'), { force: true });
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    restart: start,
    async freeze(forMs) {
      child.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, forMs));
      child.kill('SIGCONT');
    },
    kill,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A cluster of one node is enough: it refuses commands whose keys lie in two slots. */
async function takeAllSlots(port: number): Promise<void> {
  command(port, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  for (let i = 0; i < 100; i += 1) {
    if (command(port, 'CLUSTER', 'INFO').includes('cluster_state:ok')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the cluster did not come up');
}

export function command(port: number, ...args: readonly string[]): string {
  return execFileSync('redis-cli', ['-p', String(port), ...args], { encoding: 'utf8' });
}

async function answers(port: number): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    const { stdout } = spawnSync('redis-cli', ['-p', String(port), 'PING'], { encoding: 'utf8' });
    if (/PONG|NOAUTH/.test(stdout)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('redis-server did not start');
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
