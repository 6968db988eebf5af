/**
 * What every clock must do. `make` gives a clock and a way to run it until its processes end.
 * Times are in clock ms; a real clock may be late by `slackMs` but never early.
 */
import { expect, it } from 'vitest';
import type { Clock } from '../../src/ports.ts';

export interface ClockUnderTest {
  readonly clock: Clock;
  run(): Promise<unknown>;
  readonly slackMs: number;
}

export function clockContract(make: () => ClockUnderTest): void {
  const inside = async (task: (clock: Clock) => Promise<void>) => {
    const { clock, run } = make();
    clock.spawn('test', () => task(clock));
    await run();
  };
  const near = (actual: number, expected: number, slack: number) => {
    expect(actual).toBeGreaterThanOrEqual(expected);
    expect(actual).toBeLessThanOrEqual(expected + slack);
  };

  it('sleeps at least as long as asked', () => {
    const { slackMs } = make();
    return inside(async (clock) => {
      const began = clock.now();
      await clock.sleep(500);
      near(clock.now() - began, 500, slackMs);
    });
  });

  it('waits for Promise.all of sleeps as long as for the longest', () => {
    const { slackMs } = make();
    return inside(async (clock) => {
      const began = clock.now();
      await Promise.all([clock.sleep(300), clock.sleep(900), clock.sleep(600)]);
      near(clock.now() - began, 900, slackMs);
    });
  });

  it('runs timers in order of their times and not when cancelled', () =>
    inside(async (clock) => {
      const order: string[] = [];
      clock.after(800, () => order.push('late'));
      clock.after(200, () => order.push('early'));
      clock.after(400, () => order.push('cancelled')).cancel();
      clock.after(-5, () => order.push('now'));
      await clock.sleep(1500);
      expect(order).toEqual(['now', 'early', 'late']);
    }));

  it('does not mind a timer that is cancelled after it ran', async () => {
    const order: string[] = [];
    await inside(async (clock) => {
      const timer = clock.after(100, () => order.push('once'));
      await clock.sleep(300);
      timer.cancel();
      timer.cancel();
      clock.after(100, () => order.push('later'));
    });
    expect(order).toEqual(['once', 'later']);
  });

  it('runs what is in the background in turn, and waits for it only with somebody', async () => {
    const order: string[] = [];
    await inside(async (clock) => {
      clock.background(200, () => order.push('background'));
      clock.background(250, () => order.push('cancelled')).cancel();
      clock.background(1_000_000, () => order.push('never'));
      await clock.sleep(400);
      order.push('slept');
    });
    expect(order).toEqual(['background', 'slept']);
    await inside(async (clock) => {
      const signal = clock.signal<number>('from the background');
      clock.background(100, () => signal.fire(1));
      order.push(`heard ${await signal.wait()}`);
    });
    expect(order.at(-1)).toBe('heard 1');
  });

  it('gives a signal to everyone who waits, before and after it fires, and only once', () =>
    inside(async (clock) => {
      const signal = clock.signal<number>('a number');
      const early = Promise.all([signal.wait(), signal.wait(10_000)]);
      clock.after(100, () => signal.fire(7));
      clock.after(200, () => signal.fire(8));
      expect(await early).toEqual([7, 7]);
      await clock.sleep(200);
      expect(await signal.wait()).toBe(7);
    }));

  it('ends a wait at its time-out with undefined', () => {
    const { slackMs } = make();
    return inside(async (clock) => {
      const began = clock.now();
      expect(await clock.signal('never').wait(400)).toBeUndefined();
      near(clock.now() - began, 400, slackMs);
    });
  });

  it('does not let a long promise chain lose its moment', () =>
    inside(async (clock) => {
      const seen: string[] = [];
      clock.spawn('chain', async () => {
        await clock.sleep(100);
        for (let i = 0; i < 50; i += 1) await null;
        seen.push('chain');
      });
      await clock.sleep(600);
      expect(seen).toEqual(['chain']);
    }));

  it('fails the run when a process fails', async () => {
    const { clock, run } = make();
    clock.spawn('broken', async () => {
      await clock.sleep(10);
      throw new Error('a process broke');
    });
    await expect(run()).rejects.toThrow('a process broke');
  });

  it('hands out held results and failures', () =>
    inside(async (clock) => {
      expect(await clock.hold(Promise.resolve('kept'))).toBe('kept');
      await expect(clock.hold(Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    }));
}
