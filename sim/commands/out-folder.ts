/** The folder of a command's files: makes sure beforehand that they can be written, writes them. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';

/** Makes the folder if need be and tries it out; throws `Obstacle`. */
export function prepareFolder(folder: string): void {
  const probe = join(folder, '.rehearsal-probe');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(probe, '');
    rmSync(probe, { force: true });
  } catch (error) {
    throw new Obstacle(EXIT.cannotWrite, `can't write to the folder ${folder}: ${reason(error)}.`);
  }
  const result = join(folder, 'result.json');
  if (statSync(result, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Obstacle(EXIT.cannotWrite, `can't write ${result}: ${REASONS.EISDIR}.`);
  }
}

/** By name. The names. */
export function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string | Buffer>,
): readonly string[] {
  for (const [name, contents] of files) writeFileSync(join(folder, name), contents);
  return [...files.keys()];
}

/** Two scenarios of one name would overwrite each other's results. */
export function refuseTwins(folders: readonly string[]): void {
  const twin = folders.find((folder, i) => folders.indexOf(folder) !== i);
  if (twin === undefined) return;
  const text = `rehearse: two scenarios of one name would both write to ${twin}; run them apart.`;
  throw new Obstacle(EXIT.usage, text);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'a folder of that name is in the way',
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
