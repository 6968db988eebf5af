/**
 * Looks at source text with comments, or comments and the insides of strings, blanked out, so that
 * a word in either is not mistaken for code. A scanner, not a parser: it knows enough of quotes,
 * templates and regular expressions for this project's own files.
 */

/** The same text with comments as blanks; lines and columns stay where they are. */
export function withoutComments(source: string): string {
  return scan(source, false);
}

/** The same, and with the insides of strings and regular expressions as blanks. */
export function bare(source: string): string {
  return scan(source, true);
}

/** The line, from 1, of a place in a text. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

export interface Import {
  readonly from: string;
  readonly line: number;
  /** `import type` or `export type`, gone at run time. */
  readonly typeOnly: boolean;
}

const STATEMENT = /^[ \t]*(import|export)(\s+type\b)?[^;'"`=(]*?\bfrom\s*(['"])(.+?)\3/gm;
const BARE_IMPORT = /^[ \t]*import\s*(['"])(.+?)\1/gm;
const CALL = /\b(?:import|require|(?:require|import\.meta)\.resolve)\s*\(\s*(['"])(.+?)\1/g;

/** Everything a file imports, re-exports or imports on the way. */
export function importsOf(source: string): readonly Import[] {
  const text = withoutComments(source);
  const found = (typeOnly: boolean, from: string | undefined, index: number): Import => ({
    from: from ?? '',
    line: lineAt(text, index),
    typeOnly,
  });
  return [
    ...[...text.matchAll(STATEMENT)].map((m) => found(m[2] !== undefined, m[4], m.index)),
    ...[...text.matchAll(BARE_IMPORT)].map((m) => found(false, m[2], m.index)),
    ...[...text.matchAll(CALL)].map((m) => found(false, m[2], m.index)),
  ];
}

/** What may stand before a `/` that begins a regular expression rather than divides. */
const BEFORE_REGEX = /(?:^|[=(,:;[!&|?{}+<>~^*%-]|\b(?:return|typeof|case|in|of|void))\s*$/;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y;

function scan(source: string, blankStrings: boolean): string {
  let out = '';
  /** Open braces inside each `${` that the scanner is in. */
  const templates: number[] = [];
  let at = 0;
  const take = (text: string) => {
    out += text;
    at += text.length;
  };
  const takeTemplate = () => {
    const text = matchAt(/(?:\\[\s\S]|\$(?!\{)|[^`$\\])*/y, source, at) ?? '';
    take(blankStrings ? blank(text) : text);
    if (source.startsWith('${', at)) templates.push(0);
    take(source.startsWith('${', at) ? '${' : source.slice(at, at + 1));
  };
  while (at < source.length) {
    const char = source[at] ?? '';
    const token = matchAt(TOKEN, source, at);
    const regex = char === '/' && BEFORE_REGEX.test(out.slice(-40)) && matchAt(REGEX, source, at);
    if (token?.startsWith('/')) take(blank(token));
    else if (token !== undefined) take(blankStrings ? inside(token) : token);
    else if (regex) take(blankStrings ? inside(regex) : regex);
    else if (char === '`') {
      take(char);
      takeTemplate();
    } else if (char === '}' && templates.at(-1) === 0) {
      templates.pop();
      take(char);
      takeTemplate();
    } else {
      const depth = templates.length - 1;
      if (depth >= 0 && char === '{') templates[depth] = (templates[depth] ?? 0) + 1;
      if (depth >= 0 && char === '}') templates[depth] = (templates[depth] ?? 0) - 1;
      take(char);
    }
  }
  return out;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const blank = (text: string) => text.replace(/[^\n]/g, ' ');
const inside = (token: string) => `${token[0]}${blank(token.slice(1, -1))}${token.at(-1)}`;
