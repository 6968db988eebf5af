/** What processes use: CPU time and memory, out of Linux' /proc; nothing elsewhere. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Of /proc/<pid>/stat, counted after the name: parent, and clock ticks of 10 ms. */
const PARENT = 1;
const OWN_TICKS = [11, 12];
const ENDED_CHILDREN_TICKS = [13, 14];

/** Of a process that runs. */
export function cpuSeconds(pid: number | 'self'): number {
  return ticks(pid, OWN_TICKS);
}

export interface Usage {
  /** Of the process and all that it started. */
  readonly cpuSeconds: number;
  /** Peak resident memory in MiB, summed over the processes. */
  readonly peakMiB: number;
}

export interface Finished extends Usage {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a command to its end, or kills it. One at a time: CPU time is that of ended children. */
export async function watched(
  [file, ...args]: readonly [string, ...string[]],
  { mostMs, cwd, env }: { mostMs: number; cwd?: string; env?: Record<string, string> },
): Promise<Finished> {
  const before = ticks('self', ENDED_CHILDREN_TICKS);
  const child = spawn(file, args, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data;
    });
  }
  const peaks = new Map<number, number>();
  const sampling = setInterval(() => samplePeaks(child, peaks), 200);
  const killing = setTimeout(() => child.kill('SIGKILL'), mostMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(sampling);
  clearTimeout(killing);
  const peakMiB = [...peaks.values()].reduce((sum, peak) => sum + peak, 0);
  const cpu = ticks('self', ENDED_CHILDREN_TICKS) - before;
  return { code, output, cpuSeconds: cpu, peakMiB };
}

function samplePeaks(child: ChildProcess, peaks: Map<number, number>): void {
  const children = new Map<number, number[]>();
  for (const name of existsSync('/proc') ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statOf(name)[PARENT]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const left = child.pid === undefined ? [] : [child.pid];
  for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
    const peak = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
    if (peak !== undefined) peaks.set(pid, Number(peak) / 1024);
    left.push(...(children.get(pid) ?? []));
  }
}

function ticks(pid: number | 'self', fields: readonly number[]): number {
  const stat = statOf(String(pid));
  return fields.reduce((sum, field) => sum + Number(stat[field] ?? 0), 0) / 100;
}

function statOf(pid: string): readonly string[] {
  return read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** Processes end while one looks. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export interface Started {
  /** The first address that it printed. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A server in a process of its own, once it has said where it listens. */
export async function startServer(script: string, args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => {
    complaint += data;
  });
  let isMeant = false;
  const ended = once(child, 'close').then(([code, signal]) => {
    process.removeListener('exit', end);
    if (!isMeant) throw new Error(`${script} ended: ${code ?? signal}\n${complaint}`);
  });
  const said = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data;
      const found = /http:\/\/[\d.]+:\d+/.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  const url = (await Promise.race([said, ended])) ?? '';
  return {
    ...{ url, pid: child.pid ?? 0 },
    async stop() {
      isMeant = true;
      end();
      await ended;
    },
  };
}
