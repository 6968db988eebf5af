import { describe, expect, it } from 'vitest';
import { createVirtualClock, DeadlockError } from '../../../sim/clock/virtual.ts';
import { createSystemClock } from '../../../src/clock/system.ts';
import { clockContract } from '../../contracts/clock.ts';

describe('virtual clock', () => {
  clockContract(() => {
    const clock = createVirtualClock();
    return { clock, run: () => clock.run(), slackMs: 0 };
  });

  it('keeps the order in which equal times were set', async () => {
    const clock = createVirtualClock();
    const order: number[] = [];
    for (let i = 0; i < 20; i += 1) clock.after(5, () => order.push(i));
    await clock.run();
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('stands still while I/O is held and hands results out in call order', async () => {
    const clock = createVirtualClock();
    const log: string[] = [];
    const real = (ms: number, name: string) =>
      new Promise<string>((resolve) => setTimeout(() => resolve(name), ms));
    clock.spawn('slow', async () => {
      log.push(await clock.hold(real(30, 'slow')));
      log.push(`after slow at ${clock.now()}`);
    });
    clock.spawn('fast', async () => {
      log.push(await clock.hold(real(1, 'fast')));
      await clock.sleep(1);
      log.push(`fast woke at ${clock.now()}`);
    });
    clock.after(0, () => log.push(`timer at ${clock.now()}`));
    await clock.run();
    expect(log).toEqual(['slow', 'after slow at 0', 'fast', 'timer at 0', 'fast woke at 1']);
  });

  it('gives the same order over instant and over slow I/O', async () => {
    const trace = async (io: () => Promise<void>) => {
      const clock = createVirtualClock();
      const log: string[] = [];
      for (let p = 0; p < 5; p += 1) {
        clock.spawn(`p${p}`, async () => {
          for (let i = 0; i < 20; i += 1) {
            await clock.hold(io());
            if ((i + p) % 3 === 0) await Promise.all([clock.hold(io()), clock.hold(io())]);
            log.push(`${p}.${i}@${clock.now()}`);
            if (i % 4 === p % 4) await clock.sleep((p * 7 + i) % 5);
          }
        });
      }
      await clock.run();
      return log;
    };
    const slow = () =>
      new Promise<void>((resolve) => setTimeout(resolve, Math.floor(Math.random() * 3)));
    const instant = await trace(() => Promise.resolve());
    expect(await trace(slow)).toEqual(instant);
    expect(await trace(slow)).toEqual(instant);
  });

  it('reports a deadlock with what waits on what', async () => {
    const clock = createVirtualClock();
    clock.spawn('customer 3', async () => {
      await clock.sleep(7);
      await clock.signal('customer 3 waits for a reply').wait();
    });
    clock.spawn('forgotten', () => new Promise(() => {}));
    const error = await clock.run().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DeadlockError);
    expect((error as Error).message).toContain('since 7 ms: customer 3 waits for a reply');
    expect((error as Error).message).toContain('not finished: forgotten');
  });

  it('reports held I/O that never finishes instead of hanging', async () => {
    const clock = createVirtualClock({ holdTimeoutMs: 40 });
    clock.spawn('stuck store', () => clock.hold(new Promise<void>(() => {})));
    await expect(clock.run()).rejects.toThrow(/held I\/O never finished[\s\S]*stuck store/);
  });

  it('is cut at a time, and stops when told', async () => {
    const clock = createVirtualClock();
    let ticks = 0;
    const tick = () => {
      ticks += 1;
      clock.after(10, tick);
    };
    clock.after(10, tick);
    expect(await clock.run(100)).toBe('cut');
    expect(ticks).toBe(10);
    clock.after(5, () => clock.stop());
    expect(await clock.run()).toBe('stopped');
  });

  it('survives many cancelled timers', async () => {
    const clock = createVirtualClock();
    const fired: number[] = [];
    for (let i = 0; i < 20_000; i += 1) {
      const timer = clock.after((i * 7919) % 10_007, () => fired.push(clock.now()));
      if (i % 10 !== 0) timer.cancel();
    }
    await clock.run();
    expect(fired).toHaveLength(2000);
    expect(fired).toEqual(fired.toSorted((a, b) => a - b));
  });
});

describe('system clock, twenty times as fast', () => {
  clockContract(() => {
    const clock = createSystemClock({ speed: 20 });
    return { clock, run: () => clock.settled(), slackMs: 2000 };
  });
});
