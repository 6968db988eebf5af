/**
 * Facts as NDJSON, one a line after a header. Written in blocks, so that memory does not grow with
 * the run.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Fact } from '../src/facts.ts';
import { reason } from './commands/out-folder.ts';
import { EXIT } from './exit-codes.ts';
import type { RoutingOrg } from './explain/replay.ts';
import { Obstacle } from './failure.ts';

/** The first line: what the facts are of, and what decided about the routing. */
export interface FactsHeader {
  readonly type: 'run';
  readonly scenario: { readonly name: string; readonly sha256: string };
  readonly seed: number;
  readonly clock: 'virtual' | 'real';
  readonly org: RoutingOrg;
}

export interface FactsFile {
  write(fact: Fact): void;
  close(): void;
}

const BLOCK = 1 << 16;

/** Throws `Obstacle` when the file can't be opened or written. */
export function createFactsFile(path: string, header: FactsHeader): FactsFile {
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      const why = reason(error);
      throw new Obstacle(EXIT.cannotWrite, `can't write the facts to ${path}: ${why}.`);
    }
  };
  const file = attempt(() => openSync(path, 'w'));
  let block = `${JSON.stringify(header)}\n`;
  const flush = () => {
    attempt(() => writeSync(file, block));
    block = '';
  };
  return {
    write(fact) {
      block += `${JSON.stringify(fact)}\n`;
      if (block.length >= BLOCK) flush();
    },
    close() {
      flush();
      closeSync(file);
    },
  };
}
