/** Stack processes that are killed, and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface StackProcess {
  readonly url: string;
  /** As `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves once it takes webhooks. */
  start(): Promise<void>;
}

export interface ProcessParts {
  readonly port: number;
  readonly store: string;
  readonly platformPort: number;
  readonly publicUrl: string;
  /** Told what it says of trouble. */
  readonly onTrouble: (text: string) => void;
}

export function stackProcess(parts: ProcessParts): StackProcess {
  const { port, store, platformPort, publicUrl } = parts;
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  return {
    url,
    async kill() {
      const over = new Promise((resolve) => child?.once('close', resolve));
      child?.kill('SIGKILL');
      await over;
    },
    async start() {
      const flags = Object.entries({ store, port, platforms: platformPort, publicUrl });
      const args = flags.flatMap(([name, value]) => [`--${name}`, String(value)]);
      const bin = join(ROOT, 'sim/bin.js');
      const org = join(import.meta.dirname, 'org.yaml');
      const stdio = ['ignore', 'pipe', 'pipe'] as const;
      child = spawn(process.execPath, [bin, 'stack', org, ...args], { stdio: [...stdio] });
      child.stderr?.on('data', (text: Buffer) => parts.onTrouble(text.toString()));
      await new Promise<void>((resolve, reject) => {
        child?.stdout?.once('data', () => resolve());
        child?.once('close', (code) => reject(new Error(`the stack ended at once: ${code}`)));
      });
    },
  };
}
