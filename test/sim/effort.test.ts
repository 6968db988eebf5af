/** Work that slows down with company: processor sharing, re-rated at every change. */
import { expect, it } from 'vitest';
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import { createEffort } from '../../sim/effort.ts';

function lab(slowdown: readonly number[]) {
  const clock = createVirtualClock({ originMs: 0 });
  const effort = createEffort(clock, slowdown);
  const done: string[] = [];
  const begin = (name: string, atMs: number, ms: number, leavesAtMs?: number) =>
    clock.spawn(name, async () => {
      await clock.sleep(atMs);
      const task = effort.begin(ms);
      if (leavesAtMs !== undefined) clock.after(leavesAtMs - atMs, task.abandon);
      await task.done;
      done.push(`${name} at ${Math.round(clock.now() * 1000) / 1000}`);
    });
  return { clock, begin, done };
}

it('takes its time when it is alone', async () => {
  const { clock, begin, done } = lab([1, 0.5]);
  begin('a', 0, 1000);
  begin('b', 5000, 300);
  await clock.run();
  expect(done).toEqual(['a at 1000', 'b at 5300']);
});

it('goes slower beside others, and faster again when they are gone', async () => {
  const { clock, begin, done } = lab([1, 0.5]);
  // a has done 400 alone; then 600 and b's 200 go at half speed: b after 400 ms, a 400 later.
  begin('a', 0, 1000);
  begin('b', 400, 200);
  await clock.run();
  expect(done).toEqual(['b at 800', 'a at 1200']);
});

it('speeds up when one is given up, and ends that one', async () => {
  const { clock, begin, done } = lab([1, 0.5]);
  begin('a', 0, 1000);
  begin('b', 0, 5000, 600);
  await clock.run();
  expect(done).toEqual(['b at 600', 'a at 1300']);
});

it('knows no slower speed than the last', async () => {
  const { clock, begin, done } = lab([1, 0.8]);
  for (const name of ['a', 'b', 'c']) begin(name, 0, 800);
  await clock.run();
  expect(done).toEqual(['a at 1000', 'b at 1000', 'c at 1000']);
});

it('does nothing but take time: a zero is over at once', async () => {
  const { clock, begin, done } = lab([1]);
  begin('a', 10, 0);
  await clock.run();
  expect(done).toEqual(['a at 10']);
});
