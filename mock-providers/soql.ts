/**
 * A little SOQL over given rows: SELECT fields or COUNT, FROM one object, WHERE equalities joined
 * by AND, ORDER BY one field, LIMIT. What partners' samples ask an org, and no more.
 */

export type Row = Readonly<Record<string, unknown>>;

/** Rows by the object's API name; of a relation, the row itself. */
export type Tables = Readonly<Record<string, readonly Row[]>>;

/** A query's answer, or Salesforce's error code with its words. */
export type QueryResult =
  | { readonly totalSize: number; readonly done: true; readonly records: readonly Row[] }
  | { readonly errorCode: string; readonly message: string };

/** `version`: `v61.0`, for the records' own addresses. */
export function query(soql: string, tables: Tables, version: string): QueryResult {
  const parsed = QUERY.exec(soql.trim());
  if (parsed === null) return malformed('unexpected token');
  const [, selected = '', from = '', where = '', order = '', limit] = parsed;
  const name = Object.keys(tables).find((one) => isSame(one, from));
  if (name === undefined) {
    const message = `sObject type '${from}' is not supported.`;
    return { errorCode: 'INVALID_TYPE', message };
  }
  const table = tables[name] ?? [];
  const conditions = where === '' ? [] : where.split(/\s+AND\s+/i).map(readCondition);
  let rows = [...table];
  for (const condition of conditions) {
    if (condition === undefined) return malformed('unexpected token in WHERE');
    rows = rows.filter((row) => sameText(valueAt(row, condition.field), condition.value));
  }
  if (order !== '') {
    const text = (row: Row) => String(valueAt(row, order) ?? '');
    rows.sort((a, b) => (text(a) < text(b) ? -1 : 1));
  }
  const count = COUNT.exec(selected.trim());
  if (count !== null) return counted(rows.length, count);
  const fields = selected.split(',').map((field) => field.trim());
  const columns = fields.map((field) => pathOf(table[0] ?? {}, field));
  const unknown = fields.find((_, i) => table.length > 0 && columns[i] === undefined);
  if (unknown !== undefined) {
    const message = `No such column '${unknown}' on entity '${name}'.`;
    return { errorCode: 'INVALID_FIELD', message };
  }
  const shown = limit === undefined ? rows : rows.slice(0, Number(limit));
  const paths = columns.filter((path) => path !== undefined);
  const records = shown.map((row) => record(name, row, paths, version));
  return { totalSize: records.length, done: true, records };
}

const QUERY = new RegExp(
  [
    /^SELECT\s+(.+?)\s+FROM\s+(\w+)/,
    /(?:\s+WHERE\s+(.+?))?/,
    /(?:\s+ORDER\s+BY\s+([\w.]+)(?:\s+ASC)?)?/,
    /(?:\s+LIMIT\s+(\d+))?$/,
  ]
    .map(({ source }) => source)
    .join(''),
  'is',
);

/** `COUNT()`, or `COUNT(Id) total`. */
const COUNT = /^COUNT\(\s*(\w*)\s*\)(?:\s+(\w+))?$/i;

function malformed(message: string): QueryResult {
  return { errorCode: 'MALFORMED_QUERY', message };
}

function counted(size: number, [, field = '', alias = 'expr0']: RegExpExecArray): QueryResult {
  if (field === '') return { totalSize: size, done: true, records: [] };
  const attributes = { type: 'AggregateResult' };
  return { totalSize: 1, done: true, records: [{ attributes, [alias]: size }] };
}

function readCondition(
  text: string,
): { readonly field: string; readonly value: string } | undefined {
  const [, field, quoted, bare] =
    /^([\w.]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\w+))$/.exec(text.trim()) ?? [];
  const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
  return field === undefined || value === undefined ? undefined : { field, value };
}

function sameText(value: unknown, wanted: string): boolean {
  return value === null ? isSame(wanted, 'null') : isSame(String(value), wanted);
}

/** SOQL does not tell capitals from small letters, in names or in texts. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The path of a field in its API names: `ConversationVendorInfo.VendorType`. */
function pathOf(row: Row, field: string): readonly string[] | undefined {
  const path: string[] = [];
  let here: unknown = row;
  for (const wanted of field.split('.')) {
    if (typeof here !== 'object' || here === null) return undefined;
    const found: string | undefined = Object.keys(here).find((name) => isSame(name, wanted));
    if (found === undefined) return undefined;
    path.push(found);
    here = (here as Row)[found];
  }
  return path;
}

function valueAt(row: Row, field: string): unknown {
  let value: unknown = row;
  for (const name of pathOf(row, field) ?? ['']) value = (value as Row)[name];
  return value;
}

function record(type: string, row: Row, paths: readonly (readonly string[])[], version: string) {
  const url = `/services/data/${version}/sobjects/${type}/${row.Id}`;
  const made: Record<string, unknown> = { attributes: { type, url } };
  for (const path of paths) {
    const [first = '', second] = path;
    if (second === undefined) {
      made[first] = row[first];
    } else {
      const related = (row[first] ?? {}) as Row;
      const kept = (made[first] ?? { attributes: { type: first } }) as Row;
      made[first] = { ...kept, [second]: related[second] };
    }
  }
  return made;
}
