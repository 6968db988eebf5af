/** Lets customers in: by the arrivals of a plan, each with their channel, data and words. */
import type { Channel } from '../src/org.ts';
import type { Recorder } from '../src/ports.ts';
import { arrivalTimes, runArrivals } from './arrivals.ts';
import { type CustomerParts, runCustomer } from './customer.ts';
import type { CustomerDirectory } from './directory.ts';
import type { Arrival, CustomerScript, Plan } from './plan.ts';
import { type Random, weighted } from './random.ts';
import { contentOf } from './rep.ts';
import { fill, type Variables } from './templates.ts';
import type { Voices } from './voices.ts';
import type { World } from './world.ts';

/** What people share in a run. */
export interface Scene {
  readonly plan: Plan;
  readonly world: World;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly directory: CustomerDirectory;
  readonly voices: Voices;
}

/** Sets all arrivals going. */
export function letIn(parts: Scene): void {
  const { plan, world, random } = parts;
  const { clock } = world;
  const rows = createRows(plan.scripts, random);
  plan.arrivals.forEach((arrival, stream) => {
    const admit = createDoor(arrival, rows, parts);
    // Numbers are spread over the streams, so that a change in one renumbers nobody in another.
    const numberOf = (index: number) => index * plan.arrivals.length + stream;
    const name = `arrivals ${stream + 1}`;
    if (arrival.closed !== undefined) {
      const { customers, between } = arrival.closed;
      for (let seat = 0; seat < customers; seat += 1) {
        clock.spawn(name, async () => {
          for (let index = seat; ; index += customers) {
            const n = numberOf(index);
            await clock.sleep(random.draw(between, 'between', n));
            if (clock.now() >= plan.lastsMs) return;
            await admit(n);
          }
        });
      }
      return;
    }
    const times = arrivalTimes(arrival, random, String(stream));
    const arrive = (index: number) => {
      const n = numberOf(index);
      clock.spawn(`customer ${n}`, () => admit(n));
    };
    clock.spawn(name, () => runArrivals(clock, times, arrive));
  });
}

/** Lets the customers of one stream in, by number; done when they have left for good. */
function createDoor(arrival: Arrival, rows: Rows, parts: Scene) {
  const { plan, world, random, recorder, directory, voices } = parts;
  const { clock } = world;
  const script = plan.scripts.find(({ name }) => name === arrival.script);
  if (script === undefined) throw new Error(`no script '${arrival.script}'`);
  const { attributes, locales } = script;
  const channels = arrival.channels.map(({ channel, weight }) => [channel, weight] as const);
  const channelOf = createChoice(channels, random, 'channel');
  const localeOf = locales && createChoice(Object.entries(locales), random, 'locale');
  return (n: number): Promise<unknown> => {
    const channelId = channelOf(n);
    const locale = localeOf?.(n);
    const filling = { customer: n, seed: plan.seed, ...(locale !== undefined && { locale }) };
    const fillIn = (text: string, variables: Variables) => fill(text, { ...filling, variables });
    const values = rows(script, n);
    const own = attributes && mapValues(attributes, (text) => fillIn(text, values ?? {}));
    const on: CustomerParts['on'] = (id) => {
      const channel: Channel | undefined = plan.org.channels[id];
      if (channel === undefined) throw new Error(`no channel '${id}'`);
      const provider = world.provider(id);
      if (own !== undefined) directory.enter(id, provider.addressOf(n), own);
      return { channel, provider };
    };
    const shared = { clock, random, recorder, voices, channelId, on, fill: fillIn };
    const ended = runCustomer(n, script, values === undefined ? shared : { ...shared, values });
    if (arrival.begunBy === undefined) return ended;
    const { says, by } = arrival.begunBy;
    const content = contentOf({ ...says, text: fillIn(says.text, values ?? {}) });
    const { stack } = world;
    if (stack === undefined) throw new Error('a target writes first when it likes');
    clock.spawn(`the business writes to customer ${n}`, () =>
      stack.outreach.write(channelId, on(channelId).provider.addressOf(n), content, by),
    );
    return ended;
  };
}

type Rows = (script: CustomerScript, n: number) => Variables | undefined;

/** Rows in order go round over all streams of a script, as customers arrive. */
function createRows(scripts: Plan['scripts'], random: Random): Rows {
  const next = new Map(scripts.map(({ name }) => [name, 0]));
  return ({ name, data }, n) => {
    if (data === undefined) return undefined;
    const { rows, order } = data;
    if (order === 'random') return rows[Math.floor(random.uniform('row', n) * rows.length)];
    const index = next.get(name) ?? 0;
    next.set(name, index + 1);
    return rows[index % rows.length];
  };
}

type Weighted = readonly (readonly [name: string, weight: number])[];

/** Draws one for each customer; nothing is drawn where there is no choice. */
function createChoice(choices: Weighted, random: Random, purpose: string): (n: number) => string {
  const names = choices.map(([name]) => name);
  const weights = choices.map(([, weight]) => weight);
  const [first = ''] = names;
  if (names.length < 2) return () => first;
  return (n) => names[weighted(weights, random.uniform(purpose, n))] ?? first;
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
