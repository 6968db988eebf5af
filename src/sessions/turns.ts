/**
 * What this process asks of the store about one end user is answered in the order it was asked, so
 * that no answer is older than a step that was acknowledged before. Nothing waits where the store
 * answers at once.
 */
import type { Answer } from '../ports.ts';

export type Turns = <T>(key: string, ask: () => Answer<T>) => Answer<T>;

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (key, ask) => {
    const before = last.get(key);
    const answer = before === undefined ? ask() : before.then(ask, ask);
    if (!(answer instanceof Promise)) return answer;
    last.set(key, answer);
    const over = () => {
      if (last.get(key) === answer) last.delete(key);
    };
    answer.then(over, over);
    return answer;
  };
}
