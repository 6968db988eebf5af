/**
 * Whether scripts can go as written: nothing after `leave`, nothing awaited that nobody can ever
 * say. It proves impossibility only: what it lets pass may still not happen.
 */
import type { CustomerScript, RepReply, Step } from '../plan.ts';
import { TEMPLATE_NAMES, unknownNames } from '../templates.ts';
import { responsesOf, shownAs } from '../voices.ts';
import { channelsOf } from './check-scenario.ts';
import { type Complaint, hint, type Path } from './complaints.ts';
import type { Scenario } from './compose.ts';
import type { OrgFile } from './org-schema.ts';
import { botSchema } from './people-schema.ts';
import { type Placed, variablesOf, walk } from './script-walk.ts';
import type { Source } from './yaml.ts';

type Expectation = Extract<Step, { do: 'expect' }>;

/** What customers of a channel can hear. */
interface Audible {
  readonly channel: string;
  /** No reps: nobody serves the queue. */
  readonly reps: boolean;
  readonly replies: readonly RepReply[];
  readonly auto: readonly string[];
  readonly bots: readonly string[];
}

/** Whether nobody writes first to this customer, on one arrival at least. */
function startsAlone(customer: string, { arrivals }: Scenario): boolean {
  return arrivals.some((arrival) => arrival.customer === customer && arrival.begunBy === undefined);
}

/** What holds of a script whatever the org is. */
export function checkScripts(scenario: Scenario, source: Source): readonly Complaint[] {
  return Object.entries(scenario.customers).flatMap(([name, customer]) => {
    const { script, data, attributes = {} } = customer;
    const at: Path = ['customers', name, 'script'];
    const all = [...walk(script, at)];
    const first = all.findIndex(({ step }) => step.do === 'say' || step.do === 'send');
    const begins = startsAlone(name, scenario);
    const complaints: Complaint[] = [];
    if (first < 0 && !scenario.incomplete)
      complaints.push(source.complain(at, 'the customer never says anything', 'key'));
    const columns = data?.columns ?? [];
    const known = new Set([...variablesOf(script), ...columns]);
    for (const [attribute, value] of Object.entries(attributes)) {
      const path = ['customers', name, 'attributes', attribute];
      complaints.push(...checkTemplate(value, path, new Set(columns), source));
    }
    for (const [i, { step, path }] of all.entries()) {
      const waits = step.do === 'expect' || step.do === 'choose';
      complaints.push(...checkTemplates(step, path, known, source));
      if (waits && i < first && begins) {
        const message = 'comes before the customer has said anything, so nothing can have come';
        complaints.push(source.complain(path, message));
      }
      if (step.do === 'branch' && step.when.is === 'variable' && !known.has(step.when.name)) {
        const message = `no variable '${step.when.name}'${hint(step.when.name, [...known])}`;
        complaints.push(source.complain([...path, 'if', 'variable', 'name'], message));
      }
    }
    return [...complaints, ...afterLeaving(script, at, all, source)];
  });
}

/** Of each list of steps, what comes after `leave`. */
function afterLeaving(
  script: readonly Step[],
  at: Path,
  all: readonly Placed[],
  source: Source,
): readonly Complaint[] {
  const lists = new Map<string, Placed[]>([[at.join('\n'), []]]);
  for (const placed of all) {
    const list = placed.path.slice(0, -1).join('\n');
    lists.set(list, [...(lists.get(list) ?? []), placed]);
  }
  if (script.length === 0) return [];
  return [...lists.values()].flatMap((list) => {
    const leave = list.findIndex(({ step }) => step.do === 'leave');
    const next = leave < 0 ? undefined : list[leave + 1];
    if (next === undefined) return [];
    return [source.complain(next.path, 'is never reached: the customer has left before')];
  });
}

function checkTemplates(
  step: Step,
  path: Path,
  known: ReadonlySet<string>,
  source: Source,
): readonly Complaint[] {
  if (step.do === 'say') return checkTemplate(step.text, [...path, 'say'], known, source);
  if (step.do !== 'set') return [];
  return Object.entries(step.values).flatMap(([name, text]) =>
    checkTemplate(text, [...path, 'set', name], known, source),
  );
}

function checkTemplate(
  text: string,
  path: Path,
  variables: ReadonlySet<string>,
  source: Source,
): readonly Complaint[] {
  if (!isTemplate(text)) return [];
  const names = [...TEMPLATE_NAMES, ...variables];
  return unknownNames(text, variables).map((name) => {
    const near = hint(name, names, 0);
    const known = `known: ${names.join(', ')}, and faker's such as faker.person.firstName`;
    return source.complain(path, `nothing to fill in for {{${name}}}${near || `; ${known}`}`);
  });
}

/** Steps that wait for what nobody on one of the script's channels can ever say. */
export function checkExpectations(
  scenario: Scenario,
  org: OrgFile,
  source: Source,
): readonly Complaint[] {
  return Object.entries(scenario.customers).flatMap(([name, { script }]) => {
    const channels = scenario.arrivals
      .filter((arrival) => arrival.customer === name)
      .flatMap((arrival) => channelsOf(arrival).map(({ id }) => id));
    const all = [...walk(script, ['customers', name, 'script'])];
    const steps = all.map(({ step }) => step);
    const later = steps.flatMap((step) => (step.do === 'switch' ? [step.to] : []));
    const audible = [...new Set([...channels, ...later])]
      .filter((id) => isComplete(id, org))
      .map((id) => audibleOn(id, scenario, org));
    return all.flatMap(({ step, path }) => {
      const wrong = audible.map((heard) => impossible(step, heard, steps, org));
      // Where they are by then is not known of who goes from one channel to another.
      const certain = later.length === 0 || wrong.every((message) => message !== undefined);
      const message = certain ? wrong.find((one) => one !== undefined) : undefined;
      return message === undefined ? [] : [source.complain([...path, ...keyOf(step)], message)];
    });
  });
}

/** Channels and queues that don't exist are complained of elsewhere. */
function isComplete(channel: string, org: OrgFile): boolean {
  const queue = Object.hasOwn(org.channels, channel) ? org.channels[channel]?.queue : undefined;
  return queue !== undefined && Object.hasOwn(org.queues, queue);
}

function audibleOn(channel: string, scenario: Scenario, org: OrgFile): Audible {
  const setup = org.channels[channel];
  const isPlain = setup !== undefined && isPlainlyRouted(setup, scenario, org);
  const pools = Object.entries(org.reps)
    .filter(([, { queues }]) => !isPlain || queues.includes(setup.queue))
    .map(([pool]) => pool);
  const replies = pools.flatMap(
    (pool) => (scenario.reps[pool] ?? scenario.reps.default)?.replies ?? [],
  );
  const first = scenario.arrivals.flatMap(({ begunBy }) => (begunBy ? [begunBy] : []));
  return {
    channel,
    reps: pools.length > 0,
    replies: [...replies, ...first.flatMap(({ says, rep }) => (rep ? [says] : []))],
    auto: [
      ...first.flatMap(({ says, flow }) => (flow ? shownAs(says) : [])),
      ...(setup === undefined ? [] : responsesOf(setup)),
      ...Object.values(org.flows).flatMap(textsOf),
    ],
    bots: botTexts(scenario, org),
  };
}

/** Only the members of the channel's queue can ever be heard. */
function isPlainlyRouted(
  { flow, rep, queue }: OrgFile['channels'][string],
  scenario: Scenario,
  org: OrgFile,
): boolean {
  const config = org.routingConfigs[org.queues[queue]?.routingConfig ?? ''];
  const moves = scenario.events.some(({ does }) => does !== 'status');
  const passesOn = Object.values(scenario.reps).some(({ transfers }) => transfers !== undefined);
  return (flow ?? rep ?? config?.skills) === undefined && !moves && !passesOn;
}

/** What bots may say; one that is not described says what bots usually do. */
function botTexts(scenario: Scenario, org: OrgFile): readonly string[] {
  const usual = scenario.bots.default ?? botSchema.parse({});
  return Object.keys(org.bots).flatMap((bot) => (scenario.bots[bot] ?? usual).replies);
}

/** What a flow may send. */
function textsOf({ steps }: OrgFile['flows'][string]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.do === 'send') return [step.text];
    if (step.do !== 'if') return [];
    return [...textsOf({ steps: step.consequent }), ...textsOf({ steps: step.otherwise })];
  });
}

function impossible(
  step: Step,
  heard: Audible,
  script: CustomerScript['steps'],
  org: OrgFile,
): string | undefined {
  if (step.do === 'choose') return impossibleChoice(step.title, heard);
  if (step.do !== 'expect') return undefined;
  const setup = org.channels[heard.channel];
  // On SMS the platform itself answers these words, in texts of its own.
  const platformSpeaks =
    setup?.type === 'sms' &&
    step.from !== 'rep' &&
    script.some((other) => other.do === 'say' && isConsentWord(other.text, setup.keywords));
  return platformSpeaks ? undefined : impossibleExpectation(step, heard);
}

function impossibleExpectation(step: Expectation, heard: Audible): string | undefined {
  const { channel } = heard;
  const silentReps = !heard.reps
    ? `no rep serves the queue of '${channel}'`
    : heard.replies.length === 0
      ? `the reps who serve '${channel}' have no replies`
      : undefined;
  const silentAuto = heard.auto.length === 0 ? `'${channel}' has no autoResponses` : undefined;
  if (step.from === 'rep' && silentReps !== undefined) return `can never come: ${silentReps}`;
  if (step.from === 'auto' && silentAuto !== undefined) return `can never come: ${silentAuto}`;
  if (step.from === 'bot' && heard.bots.length === 0) return 'can never come: no bot says anything';
  const brings = (reply: RepReply) => step.has === undefined || reply[step.has] !== undefined;
  if (step.has !== undefined && !heard.replies.some(brings)) {
    return `can never come: nobody on '${channel}' sends ${step.has}`;
  }
  if (heard.bots.length === 0 && silentReps !== undefined && silentAuto !== undefined) {
    return `can never come: ${silentReps}, and it has no autoResponses`;
  }
  if (step.matches === undefined) return undefined;
  const pattern = new RegExp(step.matches, 'i');
  const texts = [
    ...(step.from === 'rep' || step.from === 'any' ? heard.replies.flatMap(formsOf) : []),
    ...(step.from === 'auto' || step.from === 'any' ? heard.auto : []),
    ...(step.from === 'bot' || step.from === 'any' ? heard.bots : []),
  ];
  // What is filled in on the way may come to anything.
  if (texts.some((text) => text.includes('{{') || pattern.test(text))) return undefined;
  const who = { rep: 'no rep', auto: 'no auto-response', bot: 'no bot', any: 'nobody' }[step.from];
  return `can never match: ${who} on '${channel}' says anything like it`;
}

function impossibleChoice(title: string | number, heard: Audible): string | undefined {
  const offers = heard.replies.map((reply) => reply.choices ?? []);
  const all = offers.flat();
  if (all.length === 0) return `nobody on '${heard.channel}' offers any choices`;
  if (typeof title === 'number') {
    const most = Math.max(...offers.map((choices) => choices.length));
    return title <= most ? undefined : `no reply on '${heard.channel}' offers ${title} choices`;
  }
  const wanted = title.toLowerCase();
  if (all.some((choice) => choice.toLowerCase() === wanted)) return undefined;
  return `nobody on '${heard.channel}' offers '${title}'${hint(title, [...new Set(all)])}`;
}

/** A reply as the customer may see it: alone, or with its choices beneath, numbered or not. */
function formsOf({ text, choices = [] }: RepReply): readonly string[] {
  const numbered = choices.map((choice, i) => `${i + 1}. ${choice}`);
  return [text, ...choices, [text, ...choices].join('\n'), [text, ...numbered].join('\n')];
}

/** Whether the text is, or may be filled in to be, a word about consent or help. */
function isConsentWord(text: string, keywords: OrgFile['channels'][string]['keywords']): boolean {
  const parts = text
    .trim()
    .toLowerCase()
    .split(/\{\{.*?\}\}/);
  const words = [...keywords.optOut, ...keywords.optIn, ...keywords.help];
  return words
    .map((word) => word.trim().toLowerCase())
    .some((word) =>
      parts.length === 1
        ? word === parts[0]
        : word.startsWith(parts[0] ?? '') && word.endsWith(parts.at(-1) ?? ''),
    );
}

function isTemplate(text: string): boolean {
  return text.includes('{{');
}

function keyOf(step: Step): readonly string[] {
  if (step.do !== 'expect') return [step.do];
  return step.matches === undefined ? ['expect'] : ['expect', 'matches'];
}
