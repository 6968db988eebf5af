/** wrk, as it replays requests from a file, round and round: a load generator in C, for checks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finished, watched } from './usage.ts';

export interface WrkOptions {
  readonly url: string;
  /** As they go over the wire. */
  readonly requests: readonly Buffer[];
  readonly connections: number;
  readonly seconds: number;
}

export interface WrkResult extends Finished {
  /** Requests a second, as it says itself. */
  readonly rate: number;
}

/** One thread: more would take the server's core where there are two. */
export async function wrk(options: WrkOptions): Promise<WrkResult> {
  const { url, requests, connections, seconds } = options;
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-wrk-'));
  try {
    const [script, data] = [join(folder, 'replay.lua'), join(folder, 'requests')];
    writeFileSync(script, REPLAY);
    writeFileSync(data, requests.map((request) => `${request.toString('latin1')}\0`).join(''));
    const how = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', script];
    const done = await watched(['wrk', ...how, url, '--', data], {
      mostMs: seconds * 1000 + 20_000,
    });
    if (/Non-2xx|Socket errors/.test(done.output)) throw new Error(done.output);
    return { ...done, rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(done.output)?.[1]) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const REPLAY = `local requests, turn = {}, 0
function init(args)
  local file = io.open(args[1], 'rb')
  for one in file:read('*a'):gmatch('[^%z]+') do requests[#requests + 1] = one end
  file:close()
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
`;
