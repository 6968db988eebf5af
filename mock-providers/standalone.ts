/**
 * One mock platform by itself, for a stack of any make: the platform's API as it is, and beside it,
 * under a path of its own, the control API by which a test plays the outside world.
 */
import { type HttpHandler, pathOf } from '../src/http.ts';
import { CONTROL_PREFIX, createControl } from './control.ts';
import { createFaults } from './faults.ts';
import { createOutside } from './outside.ts';
import type { Listening, Provider, ProviderParts } from './provider.ts';
import { createTraffic } from './traffic.ts';

export interface Standalone {
  readonly handle: HttpHandler;
  /** What it listens on beside HTTP; opened by `open`. */
  readonly listening: () => Listening | undefined;
  open(): Promise<void>;
  close(): Promise<void>;
}

export type Build = (parts: ProviderParts) => Provider;

/** `parts.transport` leads to whoever gets the webhooks; `sidePort`: what it listens on besides. */
export function createStandalone(
  build: Build,
  parts: Omit<ProviderParts, 'batchMs'>,
  sidePort = 0,
): Standalone {
  const { clock, random } = parts;
  const traffic = createTraffic(clock);
  const faults = createFaults({ clock, random, onFault: () => {} });
  const make = () => {
    const transport = faults.transport(traffic.transport(parts.transport));
    const batchMs = () => faults.settings.batchMs;
    const provider = build({ ...parts, transport, batchMs });
    return { provider, outside: createOutside(provider, parts) };
  };
  let world = make();
  let listening: Listening | undefined;
  const open = async () => {
    listening = await world.provider.listen?.(sidePort);
  };
  const close = async () => {
    await listening?.close();
    listening = undefined;
  };
  const control = createControl({
    clock,
    traffic,
    faults,
    outside: () => world.outside,
    provider: () => world.provider,
    certificate: () => listening?.certificate,
    async reset() {
      const wasOpen = listening !== undefined;
      await close();
      faults.reset();
      world = make();
      traffic.clear();
      if (wasOpen) await open();
    },
  });
  const api = traffic.handler(faults.handler((request) => world.provider.handle(request)));
  return {
    handle: (request) => (isControl(request.url) ? control(request) : api(request)),
    listening: () => listening,
    open,
    close,
  };
}

function isControl(url: string): boolean {
  const path = pathOf(url);
  return path === CONTROL_PREFIX || path.startsWith(`${CONTROL_PREFIX}/`);
}
