/**
 * Flow routing, pure: a small declarative stand-in for an Omni-Channel flow (facts: omni-channel
 * 1.14). It says what is to be done; sending, routing and ending are the stack's.
 */

/** SkillRequirement. */
export interface SkillRequirement {
  readonly skill: string;
  /** A threshold, 0 to 10; 0 is any level. */
  readonly level: number;
  /** skillPriority of an additional skill: the higher is dropped sooner. Absent: required. */
  readonly additionalPriority?: number;
}

export interface Flow {
  readonly steps: readonly FlowStep[];
}

export type FlowStep =
  | {
      readonly do: 'if';
      readonly when: Condition;
      readonly consequent: readonly FlowStep[];
      readonly otherwise: readonly FlowStep[];
    }
  /** May hold `{{position}}` and `{{estimatedWait}}`. */
  | { readonly do: 'send'; readonly text: string }
  /** Add Skill Requirements. */
  | { readonly do: 'skills'; readonly skills: readonly SkillRequirement[] }
  | {
      readonly do: 'set';
      /** Secondary routing priority. */
      readonly priority?: number;
      /** TargetAcceptDateTime, from now. */
      readonly acceptWithinMs?: number;
      /** ScheduledRoutingDateTime, from now. */
      readonly startAfterMs?: number;
    }
  /** Route Work. */
  | ({ readonly do: 'route' } & FlowTarget)
  | { readonly do: 'end' };

export interface FlowTarget {
  /** Beside a rep or a bot: the fallback. */
  readonly queue?: string;
  readonly rep?: string;
  /** Only that rep, even while they are away. */
  readonly required?: boolean;
  readonly bot?: string;
}

export type Operator = '<' | '<=' | '>' | '>=' | '=';

export type Condition =
  /** Ids or types of channels. */
  | { readonly is: 'channel'; readonly channels: readonly string[] }
  /** One of them is in what the customer said, as a whole word, in any case. */
  | { readonly is: 'keyword'; readonly words: readonly string[] }
  | { readonly is: 'attribute'; readonly name: string; readonly values: readonly string[] }
  /** Business hours, by name. */
  | { readonly is: 'open'; readonly hours: string }
  | {
      readonly is: 'queueSize' | 'repsOnline' | 'estimatedWaitMs';
      readonly queue: string;
      readonly operator: Operator;
      readonly value: number;
    }
  | { readonly is: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition };

export interface FlowContext {
  readonly channel: string;
  readonly channelType: string;
  /** What the customer said. */
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly nowUnixMs: number;
  /** Nothing: there is no such queue. */
  queueSize(queue: string): number | undefined;
  repsOnline(queue: string): number | undefined;
  /** Nothing: nobody can tell (choice C22). */
  estimatedWaitMs(queue: string): number | undefined;
  /** Nothing: there are no such hours. */
  isOpen(hours: string): boolean | undefined;
}

interface Done {
  readonly sends: readonly string[];
}

export type FlowOutcome =
  | (Done & {
      readonly does: 'route';
      readonly skills: readonly SkillRequirement[];
      readonly priority?: number;
      readonly acceptWithinMs?: number;
      readonly startAfterMs?: number;
      readonly target: FlowTarget;
    })
  | (Done & { readonly does: 'end' })
  | (Done & { readonly does: 'fault'; readonly reason: string });

/** Of the skillsBasedRouting action (developer guide, Omni-Channel actions). */
const MOST_SKILLS = 25;

export function runFlow(flow: Flow, context: FlowContext): FlowOutcome {
  const run: Run = { sends: [], skills: [], settings: {} };
  try {
    const ended = follow(flow.steps, context, run);
    if (ended !== undefined) return ended;
    throw new FlowFault('it came to its end without routing the session');
  } catch (fault) {
    if (!(fault instanceof FlowFault)) throw fault;
    return { does: 'fault', sends: run.sends, reason: fault.message };
  }
}

interface Run {
  readonly sends: string[];
  readonly skills: SkillRequirement[];
  settings: Readonly<Record<string, number>>;
}

class FlowFault extends Error {}

function follow(
  steps: readonly FlowStep[],
  context: FlowContext,
  run: Run,
): FlowOutcome | undefined {
  for (const step of steps) {
    if (step.do === 'if') {
      const branch = holds(step.when, context) ? step.consequent : step.otherwise;
      const ended = follow(branch, context, run);
      if (ended !== undefined) return ended;
    } else if (step.do === 'send') {
      run.sends.push(step.text);
    } else if (step.do === 'skills') {
      run.skills.push(...step.skills);
    } else if (step.do === 'set') {
      const { do: _, ...settings } = step;
      run.settings = { ...run.settings, ...settings };
    } else if (step.do === 'end') {
      return { does: 'end', sends: run.sends };
    } else {
      const { do: _, ...target } = step;
      return route(target, context, run);
    }
  }
  return undefined;
}

function route(target: FlowTarget, context: FlowContext, run: Run): FlowOutcome {
  const { queue, rep, bot } = target;
  if (queue !== undefined && context.queueSize(queue) === undefined) {
    throw new FlowFault(`flow routes to queue '${queue}', which this org does not have`);
  }
  if (bot !== undefined && queue === undefined) throw new FlowFault('bot routing needs a queue');
  if (run.skills.length > MOST_SKILLS) {
    throw new FlowFault(`${run.skills.length} skills: at most ${MOST_SKILLS} are allowed`);
  }
  if ((queue ?? rep ?? bot) === undefined && run.skills.length === 0) {
    throw new FlowFault('it routes to nobody: no queue, rep, bot or skills');
  }
  return { does: 'route', sends: run.sends, skills: run.skills, ...run.settings, target };
}

function holds(condition: Condition, context: FlowContext): boolean {
  switch (condition.is) {
    case 'channel': {
      const { channels } = condition;
      return channels.includes(context.channel) || channels.includes(context.channelType);
    }
    case 'keyword':
      return condition.words.some((word) => says(context.text, word));
    case 'attribute': {
      const value = context.attributes[condition.name];
      return value !== undefined && condition.values.includes(value);
    }
    case 'open': {
      const open = context.isOpen(condition.hours);
      if (open === undefined) throw new FlowFault(`there are no hours '${condition.hours}'`);
      return open;
    }
    case 'all':
      return condition.of.every((one) => holds(one, context));
    case 'any':
      return condition.of.some((one) => holds(one, context));
    case 'not':
      return !holds(condition.of, context);
    default: {
      const { is, queue, operator, value } = condition;
      if (context.queueSize(queue) === undefined) {
        throw new FlowFault(`flow asks for queue '${queue}', which this org does not have`);
      }
      const found = context[is](queue);
      return found !== undefined && compare(found, operator, value);
    }
  }
}

function compare(a: number, operator: Operator, b: number): boolean {
  if (operator === '=') return a === b;
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

/** As a whole word: next to it stands no letter and no digit of any script. */
function says(text: string, word: string): boolean {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'iu').test(text);
}
