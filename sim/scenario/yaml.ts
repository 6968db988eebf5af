/**
 * A YAML file with places: reads it, and finds the line and column of any path in it. It knows
 * nothing of scenarios or orgs.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { type Complaint, nearest, type Path, renderPath } from './complaints.ts';

/** Uses of one anchor, times the uses inside it: bounds a "billion laughs" file. */
const MAX_ALIASES = 5000;

/** One slip of the pen makes many syntax errors; the first ones tell. */
const MOST_SYNTAX_ERRORS = 10;

export interface Source {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Plain data; `undefined` when the file is no readable YAML: then `complaints` says why. */
  readonly value: unknown;
  readonly complaints: readonly Complaint[];
  /** A complaint about a path, placed at its value, or at its key. */
  complain(path: Path, message: string, at?: 'key' | 'value'): Complaint;
}

/** Reads a file; never throws for what the user may have got wrong. */
export function readSource(file: string): Source {
  const bytes = readBytes(file);
  if (typeof bytes === 'string') return unreadable(file, bytes);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return unreadable(file, 'is not UTF-8 text', bytes);
  }
  return parseSource(file, bytes, text);
}

function parseSource(file: string, bytes: Uint8Array, text: string): Source {
  const lines = new LineCounter();
  const placed = (offset: number, path: Path, message: string): Complaint => {
    const { line, col } = lines.linePos(offset);
    return {
      file,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path: renderPath(path),
      message,
    };
  };
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      merge: true,
      logLevel: 'error',
    });
    const complaints = [...document.errors, ...document.warnings]
      .slice(0, MOST_SYNTAX_ERRORS)
      .map((problem) =>
        placed(
          problem.pos[0],
          [],
          syntaxMessage(problem.code, problem.message, text, problem.pos[0]),
        ),
      );
    const value = complaints.length > 0 ? undefined : document.toJS({ maxAliasCount: MAX_ALIASES });
    if (complaints.length === 0 && (value === null || value === undefined)) {
      return unreadable(file, 'is empty', bytes);
    }
    const complain: Source['complain'] = (path, message, at = 'value') =>
      placed(offsetOf(document, path, at), path, message);
    return { file, bytes, value, complaints, complain };
  } catch (error) {
    const excessive = error instanceof ReferenceError && /alias/i.test(error.message);
    return unreadable(
      file,
      excessive
        ? 'its aliases refer to each other too often, or to themselves'
        : `cannot be read as YAML: ${error instanceof Error ? error.message : error}`,
      bytes,
    );
  }
}

function unreadable(file: string, message: string, bytes: Uint8Array = new Uint8Array()): Source {
  const complaint = { file, line: 0, column: 0, path: '', message };
  return {
    file,
    bytes,
    value: undefined,
    complaints: [complaint],
    complain: (path, text) => ({ ...complaint, path: renderPath(path), message: text }),
  };
}

function readBytes(file: string): Uint8Array | string {
  try {
    const found = statSync(file);
    if (found.isDirectory()) return `is a directory, not a file${yamlIn(file)}`;
    if (!found.isFile()) return 'is not a plain file';
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return `no such file${nearestFile(file)}`;
    return `cannot be read: ${error instanceof Error ? error.message : error}`;
  }
}

function yamlIn(folder: string): string {
  const names = list(folder).filter((name) => /\.ya?ml$/.test(name));
  return names.length === 0 ? '' : `; it holds ${names.slice(0, 8).join(', ')}`;
}

function nearestFile(file: string): string {
  const near = nearest(basename(file), list(dirname(file)));
  return near === undefined ? '' : `; did you mean '${join(dirname(file), near)}'?`;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function syntaxMessage(code: string, message: string, text: string, offset: number): string {
  if (code !== 'DUPLICATE_KEY') return `YAML syntax: ${message}`;
  const key = /^[^:\n]*/.exec(text.slice(offset))?.[0] ?? '';
  return `the key '${key.trim()}' occurs twice in one map`;
}

/** Where a path begins; for what isn't there, the deepest thing around it that is. */
function offsetOf(document: Document.Parsed, path: Path, at: 'key' | 'value'): number {
  let value: unknown = document.contents;
  let key: unknown;
  for (const part of path) {
    const around = resolve(document, value);
    if (isMap(around)) {
      const pair = pairOf(document, around, String(part));
      if (pair === undefined) return start(key) ?? start(value) ?? 0;
      key = pair.key;
      value = isBlank(pair.value) ? pair.key : pair.value;
    } else if (isSeq(around)) {
      key = undefined;
      value = around.items[Number(part)];
    } else break;
  }
  return (at === 'key' ? start(key) : undefined) ?? start(value) ?? start(key) ?? 0;
}

function pairOf(document: Document.Parsed, map: YAMLMap, name: string): Pair | undefined {
  const named = (key: unknown) => (isScalar(key) ? String(key.value) : String(key));
  const own = map.items.find((pair) => named(pair.key) === name);
  if (own !== undefined) return own;
  const merges = map.items.filter((pair) => isMerge(pair.key)).map((pair) => pair.value);
  const sources = merges.flatMap((merge) => {
    const merged = resolve(document, merge);
    return isSeq(merged) ? merged.items : [merged];
  });
  for (const source of sources) {
    const merged = resolve(document, source);
    const pair = isMap(merged) ? pairOf(document, merged, name) : undefined;
    if (pair !== undefined) return pair;
  }
  return undefined;
}

function resolve(document: Document.Parsed, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** `<<`, which the parser keeps as a symbol. */
function isMerge(key: unknown): boolean {
  return isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol');
}

/** `key:` with nothing after it. */
function isBlank(value: unknown): boolean {
  return !value || (isScalar(value) && value.value === null && value.source === '');
}

function start(node: unknown): number | undefined {
  return (node as Node | undefined)?.range?.[0];
}
