/** What goes with an exported script to other machines: a manifest for k6-operator, and a guide. */
import { K6_VERSION } from './find.ts';
import type { Recording } from './recording.ts';

/** What a ConfigMap holds, less some room. */
const MOST_IN_A_CONFIG_MAP = 1_000_000;

/** Where k6-operator finds the script: small ones in a ConfigMap, others on a volume. */
export function placeOf(bytes: number): 'configMap' | 'volumeClaim' {
  return bytes <= MOST_IN_A_CONFIG_MAP ? 'configMap' : 'volumeClaim';
}

/** A name that Kubernetes takes. */
export function nameOf({ scenario }: Recording): string {
  const id = scenario.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return `rehearsal-${id}`.slice(0, 40).replace(/-+$/, '');
}

export function testRun(recording: Recording, bytes: number): string {
  const name = nameOf(recording);
  const isSmall = placeOf(bytes) === 'configMap';
  return `# kubectl apply -f testrun.yaml; README.md says what has to be there before.
apiVersion: k6.io/v1alpha1
kind: TestRun
metadata:
  name: ${name}
spec:
  parallelism: ${recording.machines}
  # true: each runner on a node of its own; those for which there is none wait.
  separate: false
  # Not 'cleanup: post': it takes the logs away, and the histograms with them.
  script:
    ${isSmall ? 'configMap' : 'volumeClaim'}:
      name: ${name}
      file: rehearsal.ts${isSmall ? '' : '\n      readOnly: true'}
  arguments: ${JSON.stringify(`-e TARGET=${recording.target} -e SPEED=1`)}
  runner:
    image: grafana/k6:${K6_VERSION.slice(1)}
    resources:
      requests: { cpu: "1", memory: 512Mi }
      limits: { memory: 2Gi }
`;
}

export function guide(recording: Recording, bytes: number): string {
  const { scenario, count, target, machines } = recording;
  const name = nameOf(recording);
  return `# ${scenario.name} as a k6 script

${count} signed webhooks at their times, recorded from a run in virtual time, for ${target}.

| file | what |
| --- | --- |
| \`rehearsal.ts\` | the script, for k6 2.x |
| \`webhooks.json\` | what is sent: time, channel, path, headers, body |
| \`recording.json\` | what this is a recording of; its budgets |
| \`testrun.yaml\` | for k6-operator |

## One machine

    k6 run rehearsal.ts -e TARGET=${target} 2> k6.log
    rehearse merge k6.log --out result

\`merge\` reads k6's log, judges the budgets and writes \`result.json\`. With \`--console-output
k6.log\` instead of \`2> k6.log\` other messages stay on the terminal; k6 adds to that file, so
remove it before the next run.

| \`-e\` | |
| --- | --- |
| \`TARGET=URL\` | SMS signs the address as well: record again with \`--target\` for another one |
| \`SPEED=2\` | everything in half the time; latencies stay real ones |
| \`VUS=100\` | the VUs of all machines together; there are enough for a stack that stalls |
| \`START=1767225600000\` | Unix ms: all machines are at 0 then, by their clocks |

Time 0 is six seconds after k6 has begun. \`rehearsal_lateness\` says how late webhooks went out;
its threshold fails when the generator is too slow: take more machines. \`rehearsal_since_due\`
counts from when a webhook was due (response time), \`rehearsal_service\` from when it went out
(service time).

## Several machines

Each takes a part of the webhooks, without overlap; all see the same files.

    k6 run rehearsal.ts --execution-segment-sequence 0,1/2,1 --execution-segment 0:1/2 2> a.log
    k6 run rehearsal.ts --execution-segment-sequence 0,1/2,1 --execution-segment 1/2:1 2> b.log
    rehearse merge a.log b.log --out result

Start them at one moment, or with \`-e START\`. k6 judges each part by itself: a threshold
\`rehearsal_webhooks{channel:...}: count>0\` fails on a machine that has none of that channel. The
verdict is that of \`merge\`: it adds up the histograms and says which webhooks nobody sent, or two.

## k6-operator

${placed(name, bytes)}
    kubectl apply -f testrun.yaml
    kubectl wait testrun/${name} --for=jsonpath='{.status.stage}'=finished --timeout=2h
    kubectl logs -l k6_cr=${name},runner=true --tail=-1 > k6.log
    rehearse merge k6.log --out result
    kubectl delete -f testrun.yaml

Runners wait until all are ready and are started together. Without \`--tail=-1\` kubectl gives the
last ten lines of each. Of a container's log kubectl has what the node keeps, mostly the newest
10 MiB: half a million webhooks of a runner that sends 50 a second, three million at 2,000 a second.
If there are more, collect them as they come, from when the runners are there:

    kubectl logs -f -l k6_cr=${name},runner=true --tail=-1 --max-log-requests=${machines} > k6.log
`;
}

function placed(name: string, bytes: number): string {
  if (placeOf(bytes) === 'configMap') {
    const files = ['rehearsal.ts', 'webhooks.json', 'recording.json'];
    const from = files.map((file) => ` \\\n        --from-file=${file}`).join('');
    return `    kubectl create configmap ${name}${from}`;
  }
  return `The files are too large for a ConfigMap. Put \`rehearsal.ts\`, \`webhooks.json\` and
\`recording.json\` into the root of a volume, claimed as \`${name}\`, that all nodes can read, such
as with \`kubectl cp\` into a pod that mounts it. Or make an image of them, \`FROM grafana/k6\`, and
replace \`script\` by \`localFile: /rehearsal/rehearsal.ts\`.
`;
}
