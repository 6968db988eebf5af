/**
 * What is wrong with the user's files, said so that it can be put right: where, what, and the
 * nearest word that would have done. How the mistakes are found is the other files' business.
 */
import { distance } from 'fastest-levenshtein';

/** One mistake. `line` and `column` count from 1; 0 means the file as a whole. */
export interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Such as `customers.order-status.script[1].expect`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

export type Path = readonly (string | number)[];

/** The user's files don't make a plan. Its message is all complaints, a line each. */
export class InputError extends Error {
  readonly complaints: readonly Complaint[];

  constructor(complaints: readonly Complaint[]) {
    super(complaints.map(renderComplaint).join('\n'));
    this.name = 'InputError';
    this.complaints = complaints;
  }
}

/** `scenarios/x.yaml:12:5  customers.order-status.patience: expected a duration` */
export function renderComplaint(complaint: Complaint): string {
  const { file, line, column, path, message } = complaint;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return `${place}  ${path === '' ? '' : `${path}: `}${message}`;
}

export function renderPath(path: Path): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('');
}

/** `; did you mean 'within'?`, or the words to pick from when nothing is near. */
export function hint(word: string, known: readonly string[], most = 12): string {
  const near = nearest(word, known);
  if (near !== undefined) return `; did you mean '${near}'?`;
  if (known.length === 0 || known.length > most) return '';
  return `; known: ${known.join(', ')}`;
}

/** The known word most like `word`, if it is like it at all. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best && best.far <= Math.ceil(word.length * 0.4) ? best.candidate : undefined;
}

/** What a value is, for "expected ..., found ...". */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') {
    return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`;
  }
  return `${value}`;
}
