/**
 * What a customer has received and not yet looked at, and a way to wait for more that is cut short
 * when patience ends.
 */
import type { Content } from '../src/message.ts';
import type { Clock, Signal } from '../src/ports.ts';
import type { Voice } from './voices.ts';

export interface Heard {
  readonly from: Voice;
  readonly content: Content;
}

export interface Mailbox {
  put(message: Heard): void;
  /** Ends every wait, now and later. */
  interrupt(): void;
  interrupted(): boolean;
  /** The next message; `undefined` when `ms` pass or the mailbox is interrupted. */
  next(ms: number): Promise<Heard | undefined>;
  /** Lets `ms` pass, whatever arrives; shorter only when interrupted. */
  pause(ms: number): Promise<void>;
}

export function createMailbox(clock: Clock, owner: string): Mailbox {
  const messages: Heard[] = [];
  let interrupted = false;
  let wake: Signal<void> | undefined;
  let pausing = false;

  const wait = (ms: number, label: string): Promise<void> => {
    wake = clock.signal<void>(label);
    return wake.wait(ms);
  };
  return {
    put(message) {
      messages.push(message);
      if (!pausing) wake?.fire();
    },
    interrupt() {
      interrupted = true;
      wake?.fire();
    },
    interrupted: () => interrupted,
    next(ms) {
      if (messages.length > 0 || interrupted || ms <= 0) return Promise.resolve(messages.shift());
      return wait(ms, `${owner} waits for a message`).then(() => messages.shift());
    },
    pause(ms) {
      if (interrupted) return Promise.resolve();
      pausing = true;
      return wait(ms, `${owner} thinks`).then(() => {
        pausing = false;
      });
    },
  };
}
