/**
 * Loads a scenario file and the org it names: a plan, or every complaint at once. The parts are
 * in `scenario/`; the format is described in `scenarios/README.md`.
 */
import { createHash } from 'node:crypto';
import { dirname, isAbsolute, join } from 'node:path';
import type { Known } from '../reports/budgets.ts';
import { type Org, repsOf } from '../src/org.ts';
import type { Plan } from './plan.ts';
import { awaited } from './scenario/awaited.ts';
import { checkOrg } from './scenario/check-org.ts';
import {
  checkAgainstOrg,
  checkBehaviours,
  checkBudgets,
  checkScenario,
  skillsOf,
} from './scenario/check-scenario.ts';
import { checkExpectations, checkScripts } from './scenario/check-scripts.ts';
import { checkOrgOfStack, checkScenarioOfStack } from './scenario/check-stack.ts';
import { type Complaint, InputError, renderComplaint } from './scenario/complaints.ts';
import { compose } from './scenario/compose.ts';
import { validate } from './scenario/messages.ts';
import { orgSchema } from './scenario/org-schema.ts';
import { checkReferences } from './scenario/references.ts';
import { resolveOrg, resolvePlan } from './scenario/resolve.ts';
import { scenarioSchema } from './scenario/schema.ts';
import {
  checkBudgetsForTarget,
  checkForTarget,
  placeTarget,
  type ReadTarget,
} from './scenario/target.ts';
import { warnOfOrg } from './scenario/warn-org.ts';
import { readSource, type Source } from './scenario/yaml.ts';

export { type Complaint, InputError } from './scenario/complaints.ts';

export interface LoadOptions {
  /** Instead of the scenario's own. */
  readonly seed?: number;
  /** Takes the stack's place. */
  readonly target?: ReadTarget;
  /** Others are judged instead of its own. */
  readonly hasOtherBudgets?: boolean;
}

/** Throws `InputError`. */
export function loadPlan(file: string, options: LoadOptions = {}): Plan {
  const { target } = options;
  const complaints: Complaint[] = [];
  const source = readSource(file);
  complaints.push(...source.complaints);
  if (source.value === undefined) throw new InputError(complaints);
  const orgSource = readOrg(source, complaints);

  const written = validate(scenarioSchema, source, complaints);
  const own = orgSource && validate(orgSchema, orgSource, complaints);
  if (!target) complaints.push(...checkScenarioOfStack(source));
  if (!target && orgSource) complaints.push(...checkOrgOfStack(orgSource));
  if (orgSource) complaints.push(...checkReferences({ scenario: source, org: orgSource }));
  const composed = written && compose(written, source, channelsOf(orgSource), complaints);
  if (composed) complaints.push(...checkScenario(composed.scenario, composed.source));
  if (composed) complaints.push(...checkScripts(composed.scenario, composed.source));
  if (orgSource && own) complaints.push(...checkOrg(own, orgSource));
  if (composed && own) {
    const seated = target === undefined || target.written.desk !== undefined;
    complaints.push(...checkAgainstOrg(composed.scenario, own, composed.source));
    if (seated) complaints.push(...checkBehaviours(composed.scenario, own, composed.source));
    if (target) complaints.push(...checkForTarget(composed.scenario, composed.source));
    if (target && !options.hasOtherBudgets) {
      complaints.push(...checkBudgetsForTarget(composed.scenario, composed.source));
    }
    if (!target) complaints.push(...checkExpectations(composed.scenario, own, composed.source));
  }
  const placed =
    target && composed && own && placeTarget(target, composed.scenario, own, complaints);
  const org = placed?.org ?? own;
  if (written) complaints.push(...checkBudgets(written.budgets, org, source));
  if (complaints.length > 0 || !composed || !org) throw new InputError(inOrder(complaints, file));

  const warnings = orgSource === undefined || target ? [] : warnOfOrg(org, orgSource);
  const { scenario, bytes } = composed;
  return {
    ...resolvePlan(scenario, org),
    file,
    warnings: warnings.map(renderComplaint),
    ...(placed && { target: placed.target }),
    sha256: hashOf([source.bytes, orgSource?.bytes ?? NO_BYTES, ...bytes, ...bytesOf(target)]),
    ...(options.seed !== undefined && { seed: options.seed }),
    expectations: awaited(scenario, composed.source),
    budgets: scenario.budgets.map(({ budget: text, ...rest }, i) => ({
      text,
      line: source.complain(['budgets', i], '').line,
      ...('abortAfter' in rest && { abortAfterMs: rest.abortAfter }),
    })),
  };
}

/** What a budget's `where` may name in an org. */
export function knownNames(org: Org): Known {
  return {
    channels: Object.keys(org.channels),
    queues: Object.keys(org.queues),
    skills: skillsOf(org),
    reps: [...Object.keys(org.reps), ...repsOf(org).map(({ id }) => id)],
  };
}

/**
 * An org by itself, for commands that need no scenario; with `isForeign` it need not have what only
 * a stack of ours needs. Throws `InputError`.
 */
export function loadOrg(file: string, { isForeign = false } = {}): Org {
  const source = readSource(file);
  const complaints: Complaint[] = [...source.complaints];
  const org = source.value === undefined ? undefined : validate(orgSchema, source, complaints);
  if (org && !isForeign) complaints.push(...checkOrgOfStack(source));
  if (org) complaints.push(...checkOrg(org, source));
  if (complaints.length > 0 || !org) throw new InputError(inOrder(complaints, file));
  return resolveOrg(org);
}

/** The org's file, if the scenario names one that can be read, or the org in the scenario. */
function readOrg(scenario: Source, complaints: Complaint[]): Source | undefined {
  const named = (scenario.value as { org?: unknown }).org;
  if (typeof named === 'object' && named !== null) return orgWithin(scenario, named);
  if (typeof named !== 'string' || named === '') return undefined;
  const file = isAbsolute(named) ? named : join(dirname(scenario.file), named);
  const org = readSource(file);
  const [whole] = org.complaints;
  if (whole?.line === 0) {
    complaints.push(scenario.complain(['org'], `'${named}' (${file}): ${whole.message}`));
  } else {
    complaints.push(...org.complaints);
  }
  return org.value === undefined ? undefined : org;
}

/** An org written out in the scenario; its name is the scenario's. */
function orgWithin(scenario: Source, org: object): Source {
  const { scenario: name } = scenario.value as { scenario?: unknown };
  return {
    file: scenario.file,
    bytes: new Uint8Array(),
    value: { org: name, ...org },
    complaints: [],
    complain: (path, message, at) => scenario.complain(['org', ...path], message, at),
  };
}

/** The names of an org's channels, right or not; nothing if it has no readable ones. */
function channelsOf(org: Source | undefined): readonly string[] | undefined {
  const { channels } = (org?.value ?? {}) as { channels?: unknown };
  return typeof channels === 'object' && channels !== null ? Object.keys(channels) : undefined;
}

const NO_BYTES = new Uint8Array();

function bytesOf(target: ReadTarget | undefined): readonly Uint8Array[] {
  return target === undefined ? [] : [target.source.bytes];
}

function hashOf(files: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const bytes of files) hash.update(bytes);
  return hash.digest('hex');
}

/** The scenario's complaints first, each file's from top to bottom. */
function inOrder(complaints: readonly Complaint[], file: string): readonly Complaint[] {
  const rank = (complaint: Complaint) => (complaint.file === file ? 0 : 1);
  return [...complaints].sort(
    (a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column,
  );
}
