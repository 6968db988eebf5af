/** Makes sure, before a run, that its results can be written after it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';

/** Makes the folder if need be and tries it out; throws `Obstacle`. */
export function prepareFolder(folder: string): string {
  const probe = join(folder, '.rehearsal-probe');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new Obstacle(EXIT.cannotWrite, `can't write to the folder ${folder}: ${reason(error)}.`);
  }
  return folder;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'a file of that name is in the way',
  ENOTDIR: 'part of the path is a file, not a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOENT: 'the path leads nowhere',
};

/** What the system said, in words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}
