/**
 * Reads the map in README.md: the section headed "Where things are". A folder is named by its path
 * with a slash at the end (`src/router/`), or in a tree by its name below its parent's; a file by
 * its path in backticks.
 */
export interface FolderMap {
  /** What is named, as it stands there, and all it may stand for. */
  readonly claims: readonly Claim[];
  readonly files: readonly Claim[];
}

interface Claim {
  readonly text: string;
  readonly line: number;
  readonly candidates: readonly string[];
}

const HEADING = /^#+\s+where things are\b/i;

/** Undefined when there is no such heading. */
export function readMap(markdown: string): FolderMap | undefined {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => HEADING.test(line));
  if (start < 0) return undefined;
  const level = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 1;
  const claims: Claim[] = [];
  const files: Claim[] = [];
  const above: { readonly indent: number; readonly path: string }[] = [];
  let inCode = false;
  for (let i = start + 1; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    if (/^\s*```/.test(line)) inCode = !inCode;
    if (!inCode && /^#+\s/.test(line) && (/^#+/.exec(line)?.[0].length ?? 0) <= level) break;
    claims.push(...claimsOf(line, i + 1, above));
    for (const [, text = ''] of line.matchAll(FILE)) {
      files.push({ text, line: i + 1, candidates: [text] });
    }
  }
  return { claims, files };
}

/** A path with a slash at its end; not an address, a file or `<name>/`. */
const FOLDER = /(?<![\w/.<@:-])[\w-][\w.-]*(?:\/[\w-][\w.-]*)*\/(?![\w<*/])/g;

/** Such as `src/ports.ts`. */
const FILE = /`([\w-][\w.-]*\/[\w./-]*\.[a-z]{1,5})`/g;

function claimsOf(line: string, number: number, above: { indent: number; path: string }[]) {
  const indent = /^[\s│├└─|*-]*/.exec(line)?.[0].length ?? 0;
  while ((above.at(-1)?.indent ?? -1) >= indent) above.pop();
  const parents = above.map(({ path }) => path);
  const claims: Claim[] = [];
  for (const [text] of line.matchAll(FOLDER)) {
    const path = text.slice(0, -1);
    const candidates = [path, ...parents.map((parent) => `${parent}/${path}`)];
    claims.push({ text, line: number, candidates });
    if (claims.length > 1) continue;
    parents.push(...candidates);
    for (const candidate of candidates) above.push({ indent, path: candidate });
  }
  return claims;
}
