/** Saves to the file it is given for as long as it lives, and says after each save that it did. */
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { change, entry, KEY, NOW, thread } from '../contracts/threads.ts';

const store = openSqliteStore(process.argv[2] ?? '');

for (;;) {
  let sessionCount = 0;
  store.update(KEY, NOW, (before) => {
    sessionCount = (before?.sessionCount ?? 0) + 1;
    const number = `m${sessionCount}`;
    return change({ thread: thread({ sessionCount }), entries: [entry(number)], claims: [number] });
  });
  process.stdout.write(`${sessionCount}\n`);
  // Lets the pipe be written.
  await new Promise((resolve) => setImmediate(resolve));
}
