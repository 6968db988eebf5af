/**
 * The files a scenario names beside its org, put in their places: included scripts, rows of data,
 * traces of arrivals. What is wrong in one of them is complained of there.
 */
import { dirname, join, resolve } from 'node:path';
import type { Step } from '../script.ts';
import type { Complaint, Path } from './complaints.ts';
import { validate } from './messages.ts';
import type { ScenarioFile } from './schema.ts';
import { scriptSchema } from './script-schema.ts';
import { type StepList, withSteps } from './script-walk.ts';
import { isComplaint, readTable } from './table.ts';
import { readTrace, type TraceNames } from './trace.ts';
import { readSource, type Source } from './yaml.ts';

type WrittenArrival = ScenarioFile['arrivals'][number];
type WrittenCustomer = ScenarioFile['customers'][string];

/** A stream of arrivals of one kind of customer; `index` is its entry in the file. */
export type PlacedArrival = Omit<WrittenArrival, 'customer' | 'channel' | 'trace'> & {
  readonly index: number;
  readonly customer: string;
  readonly channel: string | Readonly<Record<string, number>>;
};

export type PlacedCustomer = Omit<WrittenCustomer, 'data'> & {
  readonly data?: {
    readonly order: 'inOrder' | 'random';
    readonly columns: readonly string[];
    readonly rows: readonly Readonly<Record<string, string>>[];
  };
};

/** A scenario with the contents of its files. */
export type Scenario = Omit<ScenarioFile, 'arrivals' | 'customers'> & {
  /** Something in those files is wrong: what is not there may be in them. */
  readonly incomplete: boolean;
  readonly arrivals: readonly PlacedArrival[];
  readonly customers: Readonly<Record<string, PlacedCustomer>>;
};

export interface Composed {
  readonly scenario: Scenario;
  /** Of the scenario file; complains of included steps in their own file. */
  readonly source: Source;
  /** What was read, for the scenario's hash. */
  readonly bytes: readonly Uint8Array[];
}

interface Context {
  readonly complaints: Complaint[];
  readonly bytes: Uint8Array[];
  readonly routes: { readonly at: Path; readonly source: Source }[];
}

/** `channels`: of the org, where it is known. What is wrong goes to `complaints`. */
export function compose(
  written: ScenarioFile,
  source: Source,
  channels: readonly string[] | undefined,
  complaints: Complaint[],
): Composed {
  const context: Context = { complaints, bytes: [], routes: [] };
  const before = complaints.length;
  const customers = Object.entries(written.customers).map(([name, customer]) => {
    const { data, ...rest } = customer;
    const at: Path = ['customers', name];
    const place = { file: source.file, path: [...at, 'script'], source, within: [source.file] };
    const script = included(customer.script, place, context);
    const feed = data && readFeed(data, [...at, 'data'], source, context);
    return [name, { ...rest, script, ...(feed !== undefined && { data: feed }) }] as const;
  });
  const names = { customers: Object.keys(written.customers), channels };
  const arrivals = written.arrivals.flatMap((arrival, index) =>
    placed(arrival, index, written, { source, names, context }),
  );
  const incomplete = complaints.length > before;
  const scenario = {
    ...written,
    ...{ customers: Object.fromEntries(customers), arrivals, incomplete },
  };
  return { scenario, source: routed(source, context.routes), bytes: context.bytes };
}

interface Place {
  readonly file: string;
  /** Of the steps, in the scenario. */
  readonly path: Path;
  /** Where what is wrong with an `include` is said, and its path there. */
  readonly source: Source;
  readonly own?: Path;
  /** Files that are being included, the outermost first. */
  readonly within: readonly string[];
}

function included(steps: readonly Step[], place: Place, context: Context): Step[] {
  const deeper = (list: StepList) => {
    const path = [...place.path, ...list.at];
    const own = [...(place.own ?? place.path), ...list.at];
    return included(list.steps, { ...place, path, own }, context);
  };
  return steps.map((step, i) => {
    if (step.do !== 'include') return withSteps(step, [i], deeper);
    const path = [...place.path, i, 'include'];
    const file = join(dirname(place.file), step.file);
    const wrong = (message: string) => {
      const own = [...(place.own ?? place.path), i, 'include'];
      context.complaints.push(place.source.complain(own, message));
      return { ...step, steps: [] };
    };
    if (place.within.some((one) => resolve(one) === resolve(file))) {
      return wrong(`'${step.file}' includes itself`);
    }
    const source = readSource(file);
    const [whole] = source.complaints;
    if (whole?.line === 0) return wrong(`'${step.file}' (${file}): ${whole.message}`);
    context.complaints.push(...source.complaints);
    const inner =
      source.value === undefined ? [] : validate(scriptSchema, source, context.complaints);
    context.bytes.push(source.bytes);
    context.routes.push({ at: path, source });
    const within = [...place.within, file];
    return {
      ...step,
      steps: included(inner ?? [], { file, path, source, own: [], within }, context),
    };
  });
}

/** Complains of what was included in the file it stands in. */
function routed(source: Source, routes: Context['routes']): Source {
  if (routes.length === 0) return source;
  const innermostFirst = [...routes].sort((a, b) => b.at.length - a.at.length);
  return {
    ...source,
    complain(path, message, at) {
      const route = innermostFirst.find((one) => one.at.every((part, i) => part === path[i]));
      return route === undefined
        ? source.complain(path, message, at)
        : route.source.complain(path.slice(route.at.length), message, at);
    },
  };
}

function readFeed(
  { file: name, order }: NonNullable<WrittenCustomer['data']>,
  at: Path,
  source: Source,
  { complaints, bytes }: Context,
): PlacedCustomer['data'] {
  const file = join(dirname(source.file), name);
  const table = readTable(file);
  if (isComplaint(table)) {
    complaints.push(outside(table, name, source, at));
    return undefined;
  }
  bytes.push(table.bytes);
  if (table.columns.includes('customer')) {
    const message = "the name is taken: {{customer}} is the customer's number";
    complaints.push(table.complain(undefined, 'customer', message));
  }
  return { order, columns: table.columns, rows: table.rows.map(({ values }) => values) };
}

/** What is wrong with a whole file is said where it is named. */
function outside(complaint: Complaint, name: string, source: Source, at: Path): Complaint {
  if (complaint.line > 0) return complaint;
  return source.complain(at, `'${name}' (${complaint.file}): ${complaint.message}`);
}

interface TraceParts {
  readonly source: Source;
  readonly names: TraceNames;
  readonly context: Context;
}

function placed(
  { trace, customer = '', channel = '', ...rest }: WrittenArrival,
  index: number,
  { starts, lasts }: ScenarioFile,
  { source, names, context }: TraceParts,
): readonly PlacedArrival[] {
  if (trace === undefined) return [{ ...rest, customer, channel, index }];
  const table = readTable(join(dirname(source.file), trace));
  if (isComplaint(table)) {
    context.complaints.push(outside(table, trace, source, ['arrivals', index, 'trace']));
    return [];
  }
  context.bytes.push(table.bytes);
  const usual = { customer, channel };
  const read = readTrace(table, { startsAtMs: starts, lastsMs: lasts, usual, names });
  context.complaints.push(...read.complaints);
  return read.streams.map((stream) => ({ ...rest, ...stream, index }));
}
