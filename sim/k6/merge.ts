/**
 * The notes of all instances, put together: which webhooks were sent, how often, and histograms
 * added up bucket by bucket. Knows nothing of files, budgets or results.
 */
import { addEncoded, createMerged, type Histogram } from '../../reports/histogram.ts';
import type { CallsNote, InstanceNote, Note } from './notes.ts';
import type { Recording } from './recording.ts';

export interface Merged {
  readonly recording: Recording;
  readonly speed: number;
  /** Unix ms: when the first instance was at 0; and how much later the last one was. */
  readonly zeroMs: number;
  readonly apartMs: number;
  readonly instances: readonly InstanceNote[];
  /** Calls made, those within the warm-up included. */
  readonly sent: number;
  /** Numbers of webhooks, from 1, ascending. */
  readonly missing: readonly number[];
  readonly twice: readonly number[];
  readonly lateness: Histogram;
  /** After the warm-up, as everything that follows. */
  readonly sinceDue: Histogram;
  readonly service: Histogram;
  readonly channels: ReadonlyMap<string, MergedChannel>;
}

export interface MergedChannel {
  /** How often, by status; 0 without an answer. */
  readonly statuses: Map<number, number>;
  readonly service: Histogram;
}

export interface Merge {
  /** `source`: where it was found, for messages. */
  add(note: Note, source: string): void;
  finish(): Merged | { readonly error: string };
}

export function createMerge(): Merge {
  /** By recording and speed: where it was met first. */
  const kinds = new Map<string, string>();
  const instances: InstanceNote[] = [];
  const stretches: Stretch[] = [];
  const [lateness, sinceDue, service] = [createMerged(), createMerged(), createMerged()];
  const channels = new Map<string, MergedChannel>();
  let [from, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  const addCalls = (note: CallsNote) => {
    stretches.push({ first: note.first, step: note.step, n: note.lateness.n });
    addEncoded(lateness, note.lateness);
    addEncoded(sinceDue, note.sinceDue);
    for (const { channel, statuses, service: own } of note.channels) {
      const merged = channels.get(channel) ?? { statuses: new Map(), service: createMerged() };
      channels.set(channel, merged);
      for (const [status, times] of Object.entries(statuses)) {
        const before = merged.statuses.get(Number(status)) ?? 0;
        merged.statuses.set(Number(status), before + times);
      }
      for (const each of [merged.service, service]) addEncoded(each, own);
    }
  };
  return {
    add(note, source) {
      const kind = `recording ${note.id} at speed ${note.speed}`;
      if (!kinds.has(kind)) kinds.set(kind, source);
      from = Math.min(from, note.zeroMs);
      until = Math.max(until, note.zeroMs);
      if (note.kind === 'calls') addCalls(note);
      else instances.push(note);
    },
    finish() {
      if (kinds.size > 1) {
        const found = Array.from(kinds, ([kind, source]) => `${source} has ${kind}`).join(', ');
        return { error: `these are not of one run: ${found}` };
      }
      const [instance] = instances;
      if (instance === undefined) return { error: NO_BEGINNING };
      const { recording, speed } = instance;
      const coverage = coverageOf(stretches, recording.count);
      if ('error' in coverage) return coverage;
      return {
        ...{ recording, speed, zeroMs: from, apartMs: until - from, instances, ...coverage },
        ...{ sent: lateness.n, lateness, sinceDue, service, channels },
      };
    },
  };
}

const NO_BEGINNING =
  'no log has its beginning, where it says what it is a recording of; was it cut off?';

/** Webhooks `first`, `first + step` and so on. */
type Stretch = { readonly first: number; readonly step: number; readonly n: number };
type Coverage = Pick<Merged, 'missing' | 'twice'>;

function coverageOf(
  stretches: readonly Stretch[],
  count: number,
): Coverage | { readonly error: string } {
  const times = new Uint8Array(count);
  for (const { first, step, n } of stretches) {
    const last = first + (n - 1) * step;
    if (last >= count) return { error: `webhook ${last + 1} of ${count} is none of the recording` };
    for (let i = first; i <= last; i += step) times[i] = Math.min(2, (times[i] ?? 0) + 1);
  }
  const numbers = (wanted: number) =>
    Array.from(times.keys())
      .filter((i) => times[i] === wanted)
      .map((i) => i + 1);
  return { missing: numbers(0), twice: numbers(2) };
}

/** `1-50, 77, 80-82`; of many, the first few. */
export function rangesOf(numbers: readonly number[], most = 8): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const shown = ranges
    .slice(0, most)
    .map(([a, b]) => (a === b ? String(a) : `${a}-${b}`))
    .join(', ');
  return ranges.length > most ? `${shown}, ...` : shown;
}
