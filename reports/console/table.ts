/** A table in plain text: the first column left, the others right; heads may have
 * several lines. */
import { shorten, width } from './format.ts';

export interface Table {
  /** Lines of a head are separated by `\n` and stand at the bottom. */
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Longer names in the first column are cut; 28 unless told. */
  readonly nameColumns?: number;
}

const GAP = '  ';
const COLUMNS = 100;
/** Longer names in the first column are cut, earlier when the other columns need the room. */
const NAME_COLUMNS = 28;

/** The lines of the head, then those of the rows. */
export function table({ heads, rows, nameColumns = NAME_COLUMNS }: Table): {
  head: string[];
  body: string[];
} {
  const height = Math.max(...heads.map((head) => head.split('\n').length));
  const headRows = Array.from({ length: height }, (_, line) =>
    heads.map((head) => {
      const lines = head.split('\n');
      return lines[line - (height - lines.length)] ?? '';
    }),
  );
  const widthOf = (column: number, lines: readonly (readonly string[])[]) =>
    Math.max(...lines.map((line) => width(line[column] ?? '')));
  const others = heads.slice(1).map((_, i) => widthOf(i + 1, [...headRows, ...rows]));
  const used = others.reduce((sum, columns) => sum + columns + GAP.length, 0);
  const room = Math.min(nameColumns, COLUMNS - used);
  const cut = rows.map(([name = '', ...cells]) => [shorten(name, room), ...cells]);
  const widths = [widthOf(0, [...headRows, ...cut]), ...others];
  const draw = (row: readonly string[]) => {
    const cells = widths.map((columns, column) => {
      const cell = row[column] ?? '';
      const padding = ' '.repeat(columns - width(cell));
      return column === 0 ? cell + padding : padding + cell;
    });
    return cells.join(GAP).trimEnd();
  };
  return { head: headRows.map(draw), body: cut.map(draw) };
}
