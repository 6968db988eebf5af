/**
 * A trace of arrivals: a table with a row for each, `at`, `channel` and `customer`. Rows of the
 * same kind of customer on the same channel become one stream.
 */
import { type Complaint, hint } from './complaints.ts';
import type { Row, Table } from './table.ts';
import { parseDuration, writeDuration } from './units.ts';

export interface TraceNames {
  readonly customers: readonly string[];
  /** Of the org; absent: not known. */
  readonly channels: readonly string[] | undefined;
}

export interface TraceOptions {
  /** Unix ms. */
  readonly startsAtMs: number;
  readonly lastsMs: number;
  /** Of rows that name none; empty: there is none. */
  readonly usual: {
    readonly customer: string;
    readonly channel: string | Readonly<Record<string, number>>;
  };
  readonly names: TraceNames;
}

export interface TraceStream {
  readonly customer: string;
  readonly channel: string | Readonly<Record<string, number>>;
  /** Ms from the beginning. */
  readonly at: number[];
}

/** A wrong column makes every row wrong: the first few tell. */
const MOST = 5;

export function readTrace(
  table: Table,
  options: TraceOptions,
): { readonly streams: readonly TraceStream[]; readonly complaints: readonly Complaint[] } {
  const { columns } = table;
  if (!columns.includes('at')) {
    const found = `found ${columns.join(', ')}`;
    const message = `needs a column 'at', and may have 'channel' and 'customer'; ${found}`;
    return { streams: [], complaints: [table.complain(undefined, '', message)] };
  }
  const complaints: Complaint[] = [];
  const streams = new Map<string, TraceStream>();
  for (const row of table.rows) {
    const stream = streamOf(row, options);
    const at = timeOf(row.values.at ?? '', options);
    const wrong = [...('wrong' in stream ? [stream] : []), ...('wrong' in at ? [at] : [])];
    for (const { column, wrong: message } of wrong) {
      complaints.push(table.complain(row, column, message));
    }
    if ('wrong' in stream || 'wrong' in at) {
      if (complaints.length >= MOST) break;
      continue;
    }
    const key = JSON.stringify(stream);
    const known = streams.get(key) ?? { ...stream, at: [] };
    streams.set(key, known);
    known.at.push(at.ms);
  }
  return { streams: [...streams.values()], complaints };
}

interface Wrong {
  readonly wrong: string;
  readonly column: string;
}

function streamOf(
  { values }: Row,
  { usual, names }: TraceOptions,
): Wrong | Pick<TraceStream, 'customer' | 'channel'> {
  const customer = values.customer || usual.customer;
  const channel = values.channel || usual.channel;
  if (customer === '')
    return { column: 'customer', wrong: 'names no customer, nor does the arrival' };
  if (channel === '') return { column: 'channel', wrong: 'names no channel, nor does the arrival' };
  if (!names.customers.includes(customer)) {
    return {
      column: 'customer',
      wrong: `no customer '${customer}'${hint(customer, names.customers)}`,
    };
  }
  const { channels } = names;
  if (typeof channel === 'string' && channels !== undefined && !channels.includes(channel)) {
    return { column: 'channel', wrong: `no channel '${channel}'${hint(channel, channels)}` };
  }
  return { customer, channel };
}

const STAMP = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
const ZONE = /(?:Z|[+-]\d\d:?\d\d)$/;

/** Ms from the beginning. */
function timeOf(text: string, { startsAtMs, lastsMs }: TraceOptions): Wrong | { ms: number } {
  const wrong = (message: string) => ({ column: 'at', wrong: message });
  let ms: number;
  if (STAMP.test(text)) {
    if (!ZONE.test(text)) return wrong(`'${text}' has no time zone; write for example ${text}Z`);
    ms = Date.parse(text.replace(' ', 'T')) - startsAtMs;
    if (Number.isNaN(ms)) return wrong(`'${text}' is no time`);
    if (ms < 0) {
      const begins = new Date(startsAtMs).toISOString();
      return wrong(`'${text}' is before the scenario begins (starts: ${begins})`);
    }
  } else {
    const parsed = parseDuration(text);
    if ('wrong' in parsed) return wrong(parsed.wrong);
    ms = parsed.value;
  }
  const end = `the scenario is over after ${writeDuration(lastsMs)} (lasts)`;
  return ms > lastsMs ? wrong(`'${text}' is too late: ${end}`) : { ms };
}
