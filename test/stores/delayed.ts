/** A store that takes its real time to do what another does, as one behind a network would. */
import type { Answer, SessionStore } from '../../src/ports.ts';

export function delayed(store: SessionStore, maxMs = 3): SessionStore {
  const later = async <T>(work: () => Answer<T>): Promise<T> => {
    const wait = () => new Promise((resolve) => setTimeout(resolve, Math.random() * maxMs));
    if (Math.random() < 0.7) await wait();
    const answer = await work();
    if (Math.random() < 0.7) await wait();
    return answer;
  };
  return {
    load: (...call) => later(() => store.load(...call)),
    update: (...call) => later(() => store.update(...call)),
    receipt: (...call) => later(() => store.receipt(...call)),
    entries: (...call) => later(() => store.entries(...call)),
    history: (...call) => later(() => store.history(...call)),
    ofPerson: (...call) => later(() => store.ofPerson(...call)),
    erase: (...call) => later(() => store.erase(...call)),
    isUsed: () => later(() => store.isUsed()),
    async *unfinished() {
      for await (const thread of store.unfinished()) yield await later(() => thread);
    },
    close: () => store.close(),
  };
}
