/**
 * What instances of an exported script leave in their logs, read out of any text: one note for each
 * instance, one for each stretch of calls. What else is in the text is somebody else's.
 */
import { z } from 'zod';
import { COARSE, type EncodedHistogram } from '../../reports/histogram.ts';
import { recordingSchema } from './recording.ts';

const count = z.int().nonnegative();
const ms = z.number();

/** As in results, but for the indices of cells: each by its distance to the one before. */
const histogram = z
  .object({ n: count, min: ms, max: ms, zeros: count, cells: z.array(count) })
  .refine(({ n, zeros, cells }) => zeros + sumOf(cells, 1) === n, 'does not add up')
  .transform(({ cells, ...rest }): EncodedHistogram => {
    let index = 0;
    const absolute = cells.map((value, i) => {
      if (i % 2 === 1) return value;
      index += value;
      return index;
    });
    return { ...rest, precision: COARSE, cells: absolute };
  });

const common = {
  id: z.string(),
  speed: z.number().positive(),
  /** Unix ms: when this instance was at 0. */
  zeroMs: z.number().nonnegative().max(8_640_000_000_000_000),
};

const instanceNote = z.object({
  ...common,
  kind: z.literal('instance'),
  vus: count,
  target: z.string(),
  recording: recordingSchema,
});

const callsNote = z.object({
  ...common,
  kind: z.literal('calls'),
  /** Webhooks `first`, `first + step` and so on, as many as there are latenesses. */
  first: count,
  step: z.int().positive(),
  lateness: histogram,
  /** After the warm-up, as everything that follows. */
  sinceDue: histogram,
  channels: z.array(
    z
      .object({ channel: z.string(), statuses: z.record(z.string(), count), service: histogram })
      .refine(
        ({ statuses, service }) => sumOf(Object.values(statuses)) === service.n,
        'does not add up',
      ),
  ),
});

const noteSchema = z.discriminatedUnion('kind', [instanceNote, callsNote]);

export type InstanceNote = z.infer<typeof instanceNote>;
export type CallsNote = z.infer<typeof callsNote>;
export type Note = InstanceNote | CallsNote;

const MARK = /\brehearsal-k6 ([A-Za-z0-9+/=]+)/g;

/** The notes in a line; `undefined` for one that is damaged. */
export function notesIn(line: string): readonly (Note | undefined)[] {
  return Array.from(line.matchAll(MARK), ([, text = '']) => noteIn(text));
}

function noteIn(text: string): Note | undefined {
  try {
    return noteSchema.parse(JSON.parse(Buffer.from(text, 'base64').toString()));
  } catch {
    return undefined;
  }
}

/** Of every number, or of every second one. */
function sumOf(numbers: readonly number[], from = 0): number {
  const step = from + 1;
  let sum = 0;
  for (let i = from; i < numbers.length; i += step) sum += numbers[i] ?? 0;
  return sum;
}
