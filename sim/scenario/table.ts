/** Tables of text: a CSV file with a header, or a JSON file with a list of flat objects. */
import { readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import type { Complaint } from './complaints.ts';

export interface Row {
  /** Of the file, from 1; of JSON 0. */
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

export interface Table {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  complain(row: Row | undefined, column: string, message: string): Complaint;
}

/** Never throws for what the user may have got wrong: then it is the complaint. */
export function readTable(file: string): Table | Complaint {
  const wrong = (message: string, line = 0): Complaint => {
    return { file, line, column: line === 0 ? 0 : 1, path: '', message };
  };
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return wrong(missing ? 'no such file' : `cannot be read: ${messageOf(error)}`);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const rows = /\.json$/i.test(file) ? rowsOfJson(text) : rowsOfCsv(text);
    if (rows.length === 0) return wrong('has no rows');
    const columns = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
    const complain: Table['complain'] = (row, column, message) => {
      const line = row?.line ?? (/\.json$/i.test(file) ? 0 : 1);
      const index = row === undefined ? -1 : rows.indexOf(row);
      const path = line === 0 && index >= 0 ? `[${index}].${column}` : column;
      return { file, line, column: line === 0 ? 0 : 1, path, message };
    };
    return { file, bytes, columns, rows, complain };
  } catch (error) {
    if (error instanceof CsvError) return wrong(`CSV: ${error.message}`, Number(error.lines ?? 0));
    if (error instanceof TypeError && /encod/i.test(error.message))
      return wrong('is not UTF-8 text');
    return wrong(messageOf(error));
  }
}

export const isComplaint = (read: Table | Complaint): read is Complaint => 'message' in read;

function rowsOfCsv(text: string): readonly Row[] {
  const header = text.slice(0, text.indexOf('\n') < 0 ? undefined : text.indexOf('\n'));
  const delimiter = [',', ';', '\t'].reduce((best, one) =>
    header.split(one).length > header.split(best).length ? one : best,
  );
  const columns = (names: string[]) => {
    const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
    if (twice !== undefined) throw new Error(`the column '${twice}' occurs twice`);
    return names.map((name) => (name === '' ? false : name));
  };
  const options = { columns, delimiter, bom: true, trim: true, info: true } as const;
  const read = parse(text, { ...options, skip_empty_lines: true }) as unknown as {
    readonly record: Record<string, string>;
    readonly info: { readonly lines: number };
  }[];
  return read.map(({ record, info }) => ({ line: info.lines, values: record }));
}

function rowsOfJson(text: string): readonly Row[] {
  const read: unknown = JSON.parse(text);
  const wants = 'expected a list of flat objects such as [{ "order": "A1" }]';
  if (!Array.isArray(read)) throw new Error(wants);
  return read.map((row: unknown, i) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new Error(`[${i}]: ${wants}`);
    }
    const values = Object.entries(row).map(([name, value]: [string, unknown]) => {
      if (typeof value === 'object' && value !== null) {
        throw new Error(`[${i}].${name}: expected text, a number, true or false`);
      }
      return [name, value === null ? '' : String(value)];
    });
    return { line: 0, values: Object.fromEntries(values) as Record<string, string> };
  });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
