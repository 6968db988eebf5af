/** The k6 script that sends a recording, and what goes with it to other machines. */
import { parseBudget } from '../../reports/budgets.ts';
import type { Plan } from '../plan.ts';
import { shippedTemplate } from '../shipped.ts';
import type { RecordedWebhook } from './record.ts';

/** K6 VUs that hold the next messages until they are due; each takes about half a megabyte. */
const MOST_VUS = 2000;

/** Enough for what is due within two seconds at the busiest, and a few more. */
export function vusFor(webhooks: readonly RecordedWebhook[]): number {
  let most = 0;
  let from = 0;
  for (const [until, { at }] of webhooks.entries()) {
    while ((webhooks[from]?.at ?? at) < at - 2000) from += 1;
    most = Math.max(most, until - from + 1);
  }
  return Math.min(MOST_VUS, most + 10);
}

/** Budgets on the answer to webhooks, as k6 sees them: `http_req_duration` by channel. */
export function thresholdsOf({ budgets }: Plan): Record<string, string[]> {
  const thresholds: Record<string, string[]> = {
    // Silence is no success: a metric without samples would pass.
    http_reqs: ['count>0'],
    http_req_failed: ['rate<0.01'],
    // What was not sent was not measured either.
    dropped_iterations: ['count==0'],
    // Later than this at one of a hundred: it is the generator that is too slow.
    rehearsal_lateness: ['p(99)<250'],
  };
  for (const { text } of budgets) {
    const budget = parseBudget(text);
    if ('error' in budget || budget.subject.kind !== 'latency') continue;
    const { subject, operator, bound, where, window, relative } = budget;
    const plain = window === undefined && relative === undefined && operator !== '=';
    if (subject.name !== 'webhookAck' || !plain || (where && where.by !== 'channel')) continue;
    const { stat } = subject;
    const names = { min: 'min', mean: 'avg', max: 'max' } as const;
    const of = typeof stat === 'string' ? names[stat] : `p(${stat.quantile * 100})`;
    const metric = `http_req_duration${where === undefined ? '' : `{channel:${where.id}}`}`;
    thresholds[metric] = [...(thresholds[metric] ?? []), `${of}${operator}${bound}`];
  }
  return thresholds;
}

export interface ScriptOptions {
  readonly target: string;
  readonly vus: number;
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  readonly lastsMs: number;
  readonly count: number;
}

export function k6Script(plan: Plan, options: ScriptOptions): string {
  const { target, vus, thresholds, lastsMs, count } = options;
  const values: Readonly<Record<string, string>> = {
    name: plan.name,
    target: JSON.stringify(target),
    vus: String(vus),
    count: String(count),
    seconds: String(Math.ceil(lastsMs / 1000)),
    thresholds: JSON.stringify(thresholds, null, 2).replaceAll('\n', '\n  '),
  };
  return shippedTemplate('k6/rehearsal.ts.txt', values);
}

/** For k6-operator: the archive lies on a volume, because a ConfigMap holds 1 MiB at most. */
export function testRun({ name }: Plan, parallelism: number): string {
  const id = name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  return `# kubectl apply -f testrun.yaml, with rehearsal.tar on the volume: see README.md
apiVersion: k6.io/v1alpha1
kind: TestRun
metadata:
  name: rehearsal-${id}
spec:
  parallelism: ${parallelism}
  script:
    volumeClaim:
      name: rehearsal-${id}
      file: rehearsal.tar
      readOnly: true
  runner:
    resources:
      requests: { cpu: 500m, memory: 1Gi }
`;
}

export function guide(plan: Plan, { target, count, vus }: ScriptOptions): string {
  return `# ${plan.name} as a k6 script

${count} signed webhooks at their times, recorded from a run in virtual time, for ${target}.

| file | what |
| --- | --- |
| \`rehearsal.ts\` | the script, for k6 2.x |
| \`webhooks.json\` | what is sent: time, channel, path, headers, body |
| \`testrun.yaml\` | for k6-operator |

## One machine

    k6 run rehearsal.ts -e TARGET=${target}

Bodies are signed with the org's secrets. SMS signs the address as well: record again with
\`--target\` for another one. \`SPEED=2\` sends everything in half the time.
\`rehearsal_lateness\` says how
late webhooks went out; its threshold fails when the generator is too slow, then take more VUS (now
${vus}) or more machines. \`rehearsal_since_due\` counts from when a webhook was due.

## Several machines

Each takes a part of the iterations, without overlap:

    k6 run rehearsal.ts --execution-segment-sequence 0,1/2,1 --execution-segment 0:1/2
    k6 run rehearsal.ts --execution-segment-sequence 0,1/2,1 --execution-segment 1/2:1

k6 judges each by itself: thresholds hold for its own part. With k6-operator:

    k6 archive rehearsal.ts -O rehearsal.tar      # then put it on the volume
    kubectl apply -f testrun.yaml
`;
}
