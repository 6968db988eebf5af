/** The steps of a script, one after the other, by the customer whose visit it is. */
import type { Outcome } from '../src/facts.ts';
import { type Content, textOf } from '../src/message.ts';
import type { Line, Visit } from './customer.ts';
import type { Heard } from './mailbox.ts';
import type { ScriptCondition, Step } from './plan.ts';
import { weighted } from './random.ts';

export interface Ending {
  readonly outcome: Outcome;
  /** Whether the customer lets the business know. */
  readonly saysSo: boolean;
}

/** An `expect` without `within` gives up after this: silence is an outcome, not a hang. */
export const DEFAULT_WITHIN_MS = 30 * 60_000;

/** Runs the steps. A script that ends without `leave` ends in silence. */
export async function follow(visit: Visit): Promise<Ending> {
  return (await take(visit.script.steps, '', visit)) ?? { outcome: 'completed', saysSo: false };
}

/** Steps one after the other; how they ended the visit, if they did. */
async function take(
  steps: readonly Step[],
  path: string,
  visit: Visit,
): Promise<Ending | undefined> {
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index] as Step;
    if (step.do === 'leave') return { outcome: 'completed', saysSo: true };
    if (visit.line.mailbox.interrupted()) return gaveUp(visit);
    const went = await perform(step, `${path}${index}`, visit);
    if (typeof went === 'object') return went;
    if (went === 'refused') return { outcome: 'refused', saysSo: false };
    if (went === 'missed') return gaveUp(visit);
  }
  return undefined;
}

function gaveUp({ script, line }: Visit): Ending {
  const outcome = line.listener.reasonForSilence();
  return { outcome, saysSo: script.leaves === 'announced' && outcome !== 'cutShort' };
}

type Went = 'done' | 'refused' | 'missed' | Ending;

async function perform(step: Step, place: string, visit: Visit): Promise<Went> {
  const { parts, line, chance } = visit;
  if (step.do === 'say') {
    const text = parts.fill(step.text, visit.variables);
    const typing = typingMs(text, place, visit);
    if (typing > 0) await line.mailbox.pause(typing);
    return line.mailbox.interrupted() ? 'missed' : say(line, { kind: 'text', text });
  }
  if (step.do === 'send') return say(line, line.listener.sendable(step.what));
  if (step.do === 'choose') return say(line, line.listener.choose(step.title));
  if (step.do === 'think') {
    const ms = parts.random.draw(step.for, `think ${place}`, chance);
    return line.mailbox.pause(ms).then(() => 'done');
  }
  if (step.do === 'expect') return expect(step, place, visit);
  return (await turn(step, place, visit)) ?? 'done';
}

function typingMs(text: string, place: string, { script, parts, chance }: Visit): number {
  if (script.typing === undefined) return 0;
  const { time, per } = script.typing;
  const drawn = parts.random.draw(time, `typing ${place}`, chance);
  return per === 'character' ? drawn * text.length : drawn;
}

type Turning = Exclude<Step, { do: 'say' | 'send' | 'choose' | 'think' | 'expect' }>;

/** What a script does beside talking: it remembers, chooses, goes round, goes elsewhere. */
async function turn(step: Turning, place: string, visit: Visit): Promise<Ending | undefined> {
  const { parts, variables, chance } = visit;
  switch (step.do) {
    case 'set':
      for (const [name, text] of Object.entries(step.values)) {
        variables[name] = parts.fill(text, variables);
      }
      return undefined;
    case 'branch': {
      const holds = isTrue(step.when, place, visit);
      const [steps, way] = holds ? [step.consequent, 'then'] : [step.otherwise, 'else'];
      return take(steps, `${place}.${way}.`, visit);
    }
    case 'either': {
      const weights = step.ways.map(({ weight }) => weight);
      const way = weighted(weights, parts.random.uniform(`either ${place}`, chance));
      return take(step.ways[way]?.steps ?? [], `${place}.${way}.`, visit);
    }
    case 'repeat':
      for (let round = 0; round < step.times; round += 1) {
        const ended = await take(step.steps, `${place}.${round}.`, visit);
        if (ended !== undefined) return ended;
      }
      return undefined;
    case 'include':
      return take(step.steps, `${place}.`, visit);
    case 'switch':
      visit.switchTo(step.to);
      return undefined;
    case 'leave':
      return { outcome: 'completed', saysSo: true };
  }
}

function isTrue(when: ScriptCondition, place: string, visit: Visit): boolean {
  const { parts, line, variables, number, chance } = visit;
  if (when.is === 'chance') return parts.random.uniform(`if ${place}`, chance) < when.share;
  if (when.is === 'returned') return number > 0;
  const text = when.is === 'heard' ? line.listener.lastHeard() : (variables[when.name] ?? '');
  return new RegExp(when.matches, 'i').test(text);
}

function say({ phone, listener }: Line, content: Content): Promise<Went> {
  listener.said();
  return phone.send(content).then((report) => (report.ok ? 'done' : 'refused'));
}

type Expect = Extract<Step, { do: 'expect' }>;

async function expect(step: Expect, place: string, visit: Visit): Promise<Went> {
  const { parts, line, variables } = visit;
  const { clock, recorder } = parts;
  const { mailbox, ids } = line;
  const began = clock.now();
  const until = began + (step.withinMs ?? DEFAULT_WITHIN_MS);
  const pattern = step.matches === undefined ? undefined : new RegExp(step.matches, 'i');
  for (;;) {
    const heard = await mailbox.next(until - clock.now());
    if (heard === undefined) {
      const at = clock.now();
      const waitedMs = at - began;
      // Who has another way has missed nothing, unless they have run out of patience.
      if (step.otherwise !== undefined && !mailbox.interrupted()) {
        return (await take(step.otherwise, `${place}.otherwise.`, visit)) ?? 'done';
      }
      const number = Number.parseInt(place, 10) + 1;
      recorder.record({ type: 'expectationMissed', at, ...ids, step: number, waitedMs });
      return 'missed';
    }
    if (!isAwaited(step, heard)) continue;
    if (pattern === undefined) return 'done';
    const found = pattern.exec(textOf(heard.content));
    if (found === null) continue;
    for (const [name, value] of Object.entries(found.groups ?? {})) variables[name] = value ?? '';
    return 'done';
  }
}

/** By who says it and what it brings. */
function isAwaited({ from, has }: Expect, heard: Heard): boolean {
  if (from !== 'any' && from !== heard.from) return false;
  const { content } = heard;
  if (has === 'media') return content.kind === 'media';
  return has === undefined || (content.kind === 'text' && (content.choices ?? []).length > 0);
}
