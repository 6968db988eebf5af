/**
 * Reads the map in README.md: the section whose heading has the word "map". A folder is named by
 * its path with a slash at the end (`src/router/`), or in a tree by its name below its parent's.
 */
export interface FolderMap {
  /** What is named, as it stands there, and all it may stand for. */
  readonly claims: readonly Claim[];
}

interface Claim {
  readonly text: string;
  readonly line: number;
  readonly candidates: readonly string[];
}

/** Undefined when no heading has the word. */
export function readMap(markdown: string): FolderMap | undefined {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => /^#+\s.*\bmap\b/i.test(line));
  if (start < 0) return undefined;
  const level = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 1;
  const claims: Claim[] = [];
  const above: { readonly indent: number; readonly path: string }[] = [];
  let inCode = false;
  for (let i = start + 1; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    if (/^\s*```/.test(line)) inCode = !inCode;
    if (!inCode && /^#+\s/.test(line) && (/^#+/.exec(line)?.[0].length ?? 0) <= level) break;
    claims.push(...claimsOf(line, i + 1, above));
  }
  return { claims };
}

/** A path with a slash at its end; not an address, a file or `<name>/`. */
const FOLDER = /(?<![\w/.<@:-])[\w-][\w.-]*(?:\/[\w-][\w.-]*)*\/(?![\w<*/])/g;

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
