/** The project's own files, as git knows them, for the house rules. Reads; judges nothing. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Every file that is tracked or about to be: paths from the root, with `/`. */
export const FILES: readonly string[] = listFiles();

/** TypeScript and JavaScript. */
export const CODE = FILES.filter((file) => /\.[cm]?[jt]s$/.test(file));

/** What ships: code outside tests, measurements and tools' settings. */
export const SHIPPED = CODE.filter((file) =>
  /^(src|sim|mock-providers|reports|scenarios)\//.test(file),
);

/** Every folder that holds a file, at any depth. */
export const FOLDERS: ReadonlySet<string> = new Set(FILES.flatMap(parents));

export function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

export function readJson<T>(file: string): T {
  return JSON.parse(read(file)) as T;
}

/** Names directly inside a folder. */
export function namesIn(folder: string): readonly string[] {
  const inside = FILES.filter((file) => file.startsWith(`${folder}/`));
  return unique(inside.map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''));
}

/** Folders directly inside a folder; `.` for the root. */
export function foldersIn(folder: string): readonly string[] {
  return [...FOLDERS].filter((name) => dirname(name) === folder).sort();
}

function listFiles(): readonly string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const names = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return unique(names.filter((name) => name !== '' && existsSync(join(ROOT, name))));
}

function parents(file: string): readonly string[] {
  const folder = dirname(file);
  return folder === '.' ? [] : [folder, ...parents(folder)];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
