/**
 * What can go wrong between the stack and a platform, as wrappers around the platform's API and
 * around its webhooks. No platform knows of them, but for batching, which only it can do.
 */
import { type HttpHandler, respond } from '../src/http.ts';
import type { Clock, Transport } from '../src/ports.ts';

/** Chances from 0 to 1, times in ms. */
export interface FaultSettings {
  /** Chance that an API call is answered 503 and not carried out. */
  apiErrors: number;
  /** Chance that an API call is carried out and answered 504: nobody can tell. */
  lostAnswers: number;
  /** Added to the answer of every API call. */
  apiDelayMs: number;
  /** Chance that a webhook is sent once more, `lateMs` later. */
  duplicateWebhooks: number;
  /** Chance that a webhook is held back for `lateMs`, so that later ones overtake it. */
  lateWebhooks: number;
  lateMs: number;
  /** Updates within so long go in one webhook, on platforms that batch; 0: never. */
  batchMs: number;
}

export const NO_FAULTS: Readonly<FaultSettings> = {
  apiErrors: 0,
  lostAnswers: 0,
  apiDelayMs: 0,
  duplicateWebhooks: 0,
  lateWebhooks: 0,
  lateMs: 1000,
  batchMs: 0,
};

export interface FaultParts {
  readonly clock: Clock;
  /** As of `ProviderParts`. */
  readonly random: (purpose: string, id: number) => number;
  /** Told of each fault, by the name of its setting. */
  readonly onFault: (fault: keyof FaultSettings) => void;
}

export interface Faults {
  readonly settings: Readonly<FaultSettings>;
  /** Changes some. */
  set(some: Partial<FaultSettings>): void;
  /** As at the beginning. */
  reset(): void;
  /** The platform's API, with faults. */
  handler(handler: HttpHandler): HttpHandler;
  /** The way of its webhooks, with faults. */
  transport(transport: Transport): Transport;
}

export function createFaults(parts: FaultParts, initial: Partial<FaultSettings> = {}): Faults {
  const { clock, onFault } = parts;
  const settings: FaultSettings = { ...NO_FAULTS, ...initial };
  const happens = createDice(parts, settings);

  const late = (transport: Transport): Transport['send'] => {
    return async (request) => {
      if (happens('duplicateWebhooks')) {
        // Nobody waits for the answer to the second one.
        clock.after(settings.lateMs, () => {
          clock.spawn('duplicate webhook', () => transport.send(request).catch(() => {}));
        });
      }
      if (happens('lateWebhooks')) await clock.sleep(settings.lateMs);
      return transport.send(request);
    };
  };
  return {
    settings,
    set: (some) => void Object.assign(settings, some),
    reset: () => void Object.assign(settings, NO_FAULTS, initial),
    handler(handler) {
      const isOff = () =>
        settings.apiDelayMs === 0 && settings.apiErrors === 0 && settings.lostAnswers === 0;
      const faulty: HttpHandler = async (request) => {
        if (settings.apiDelayMs > 0) {
          onFault('apiDelayMs');
          await clock.sleep(settings.apiDelayMs);
        }
        if (happens('apiErrors')) return respond(503, 'Service Unavailable', HTML);
        const response = await handler(request);
        return happens('lostAnswers') ? respond(504, 'Gateway Timeout', HTML) : response;
      };
      return (request) => (isOff() ? handler(request) : faulty(request));
    },
    transport(transport) {
      const send = late(transport);
      const isOff = () => settings.duplicateWebhooks === 0 && settings.lateWebhooks === 0;
      return { send: (request) => (isOff() ? transport.send(request) : send(request)) };
    },
  };
}

/** As of the proxies that stand before every platform. */
const HTML = { 'content-type': 'text/html' };

type Chance = 'apiErrors' | 'lostAnswers' | 'duplicateWebhooks' | 'lateWebhooks';

/** The n-th throw for a fault is the same in every run; a fault that is off throws nothing. */
function createDice({ random, onFault }: FaultParts, settings: FaultSettings) {
  const throws: Partial<Record<Chance, number>> = {};
  return (fault: Chance): boolean => {
    if (settings[fault] <= 0) return false;
    const count = (throws[fault] ?? 0) + 1;
    throws[fault] = count;
    if (random(`fault ${fault}`, count) >= settings[fault]) return false;
    onFault(fault);
    return true;
  };
}
