/**
 * Skills-based routing, pure: who has what is asked for, and which additional skills are let go
 * when (facts: omni-channel 1.13). A level is a threshold: more is no better.
 */
import type { SkillRequirement } from './flow.ts';

type Skills = Readonly<Record<string, number>>;

/** All the skills, each at its level or above; level 0 is any. */
export function hasSkills(skills: Skills, required: readonly SkillRequirement[]): boolean {
  return required.every((one) => hasSkill(skills, one));
}

function hasSkill(skills: Skills, { skill, level }: SkillRequirement): boolean {
  return Object.hasOwn(skills, skill) && (skills[skill] ?? 0) >= level;
}

/** Those of these skills that are missing, or not at their level. */
export function lacking(
  skills: Skills,
  required: readonly SkillRequirement[],
): readonly SkillRequirement[] {
  return required.filter((one) => !hasSkill(skills, one));
}

/** How many of these skills: the best match goes first once some were dropped (choice C19). */
export function matches(skills: Skills, wished: readonly SkillRequirement[]): number {
  return wished.filter((one) => hasSkill(skills, one)).length;
}

/**
 * The additional skills by group, the first to be dropped first: the HIGHER priority number goes
 * sooner, equal numbers go together. Required skills are in none.
 */
export function dropGroups(
  required: readonly SkillRequirement[],
): readonly (readonly SkillRequirement[])[] {
  const groups = new Map<number, SkillRequirement[]>();
  for (const one of required) {
    if (one.additionalPriority === undefined) continue;
    const group = groups.get(one.additionalPriority);
    if (group === undefined) groups.set(one.additionalPriority, [one]);
    else group.push(one);
  }
  return [...groups].sort(([a], [b]) => b - a).map(([, group]) => group);
}

/** Two lists that ask for the same have one text. */
export function signature(required: readonly SkillRequirement[]): string {
  return required
    .map(({ skill, level }) => `${skill}>=${level}`)
    .sort()
    .join(',');
}
