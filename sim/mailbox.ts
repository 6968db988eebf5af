/**
 * What a customer has received and not yet looked at, and a way to wait for more that is cut short
 * when patience ends.
 */
import type { Content } from '../src/message.ts';
import type { Clock, Signal } from '../src/ports.ts';

export interface Heard {
  readonly from: 'rep' | 'auto';
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

  const wait = async (ms: number, label: string) => {
    wake = clock.signal<void>(label);
    await wake.wait(ms);
    wake = undefined;
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
    async next(ms) {
      if (messages.length === 0 && !interrupted && ms > 0) {
        await wait(ms, `${owner} waits for a message`);
      }
      return messages.shift();
    },
    async pause(ms) {
      if (interrupted) return;
      pausing = true;
      await wait(ms, `${owner} thinks`);
      pausing = false;
    },
  };
}
