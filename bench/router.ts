/**
 * Pushes per second of the router by itself, with so many items waiting and so many reps: each step
 * closes one rep's work (who takes the next item, and accepts it) and lets one more item in. The
 * growth over the backlog is what counts. `node bench/router.ts [pushes]`
 */
import { OMNI_DEFAULTS, type Rep, type RoutingConfig } from '../src/org.ts';
import { createRouter } from '../src/router/router.ts';
import type { AgentWork, Wishes } from '../src/router/work.ts';
import { median, show } from './stopwatch.ts';

const pushes = Number(process.argv[2] ?? 20_000);
const BACKLOGS = [10, 1_000, 100_000];
const REPS = [10, 200, 2_000];
const ROUNDS = 5;

interface Variant {
  readonly name: string;
  readonly queues: number;
  readonly wants: (n: number) => Wishes | undefined;
  readonly skills: (n: number) => Readonly<Record<string, number>>;
}

/** A fixed scatter: the same for everybody, in no order. */
const scatter = (n: number, range: number) => ((n * 2_654_435_761) >>> 0) % range;

const VARIANTS: readonly Variant[] = [
  { name: 'one queue, by age', queues: 1, wants: () => undefined, skills: () => ({}) },
  {
    name: 'four queues, secondary priorities and due dates',
    queues: 4,
    wants: (n) => ({ priority: scatter(n, 5), acceptByMs: scatter(n, 100_003) }),
    skills: () => ({}),
  },
  {
    name: 'by skills, 30 kinds of work',
    queues: 1,
    wants: (n) => ({ skills: [{ skill: `s${scatter(n, 30)}`, level: 1 }] }),
    skills: (rep) =>
      Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`s${(rep * 7 + i) % 30}`, 5])),
  },
];

const CONFIG: RoutingConfig = {
  routingModel: 'MOST_AVAILABLE',
  routingPriority: 1,
  capacityWeight: 1,
};

function pushesPerSecond(variant: Variant, reps: number, backlog: number): number {
  const queues = Array.from({ length: variant.queues }, (_, i) => `q${i}`);
  const team: Rep[] = Array.from({ length: reps }, (_, i) => ({
    id: `rep-${i}`,
    pool: 'team',
    queues,
    presence: { capacity: 3 },
    skills: variant.skills(i),
  }));
  const open: AgentWork[] = [];
  let now = 0;
  let ids = 0;
  let asked = 0;
  const newId = () => {
    ids += 1;
    return `A${ids}`;
  };
  const router = createRouter({
    clock: {
      now: () => now,
      after: () => ({ cancel() {} }),
    } as unknown as Parameters<typeof createRouter>[0]['clock'],
    recorder: { record() {} },
    reps: team,
    statuses: { Online: { online: true } },
    configOf: () => CONFIG,
    serviceChannelOf: () => ({
      relatedEntity: 'MessagingSession',
      capacityModel: 'TAB_BASED',
      isInterruptible: false,
      hasAutoAcceptEnabled: false,
      doesCheckCapOnOwnerChange: false,
      doesCheckCapOnStatusChange: false,
    }),
    settings: { ...OMNI_DEFAULTS, maxWaitingItems: 1e9, maxItemsPerHour: Number.POSITIVE_INFINITY },
    random: () => 0,
    newId,
    onPush: (work) => open.push(work),
    onPushOver() {},
  });
  const ask = () => {
    asked += 1;
    now += 1;
    const workId = `W${asked}`;
    const wants = variant.wants(asked);
    const queue = queues[asked % queues.length] ?? '';
    const plain = { workId, channelId: 'c', sessionId: workId, endUser: workId, ordinal: 1 };
    const request = { ...plain, queue, serviceChannel: 'm' };
    router.enqueue(wants === undefined ? request : { ...request, wants });
  };
  for (const { id } of team) router.setStatus(id, 'Online');
  // Until all are full and as many wait as asked for.
  const waiting = () => queues.reduce((sum, queue) => sum + router.queueSize(queue), 0);
  while (waiting() < backlog) ask();
  for (const work of open) router.accept(work);
  const began = performance.now();
  const first = ids;
  for (let i = 0; ids < first + pushes; i += 1) {
    const at = scatter(i, open.length);
    const work = open[at];
    const last = open.pop();
    if (work !== undefined && last !== undefined) {
      if (last !== work) open[at] = last;
      router.close(work);
    }
    ask();
    for (let n = open.length - 1; open[n]?.status === 'Assigned'; n -= 1) {
      router.accept(open[n] as AgentWork);
    }
  }
  return pushes / ((performance.now() - began) / 1000);
}

for (const variant of VARIANTS) {
  show(variant.name, 'pushes/s');
  for (const reps of REPS) {
    let least: number | undefined;
    for (const backlog of BACKLOGS) {
      const rounds = Array.from({ length: ROUNDS }, () => pushesPerSecond(variant, reps, backlog));
      const figure = median(rounds);
      least ??= figure;
      const share = `${Math.round(figure).toLocaleString('en')}  ${(figure / least).toFixed(2)}x`;
      show(`  ${reps} reps, ${backlog.toLocaleString('en')} waiting`, share);
    }
  }
}
