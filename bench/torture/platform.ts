/** The platform of the torture: takes messages as Twilio does, and remembers every one. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Taken {
  readonly to: string;
  readonly text: string;
}

export interface Platform {
  readonly port: number;
  readonly taken: readonly Taken[];
  /** Called with whom was sent something. */
  onTaken: (taken: Taken) => void;
  close(): void;
}

export async function startPlatform(): Promise<Platform> {
  const taken: Taken[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const one = { to: form.get('To') ?? '', text: form.get('Body') ?? '' };
    taken.push(one);
    platform.onTaken(one);
    // Time for the stack to be killed in: the message is taken, the answer is on its way.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
    const sid = `SM${randomUUID().replaceAll('-', '')}`;
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ sid, status: 'queued' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const platform: Platform = {
    port: (server.address() as AddressInfo).port,
    taken,
    onTaken: () => {},
    close: () => server.close(),
  };
  return platform;
}
