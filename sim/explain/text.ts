/** A story of routing as text, at most 100 columns wide. */
import { countOf, duration, type Paint, plain, shorten } from '../../reports/console/format.ts';
import { CHOICES } from '../../reports/decisions.ts';
import type { Fact } from '../../src/facts.ts';
import type { Chapter, Look, Standing, Story } from './story.ts';

/** Reps shown of each kind; the rest are counted. */
const SHOWN = 8;

export function renderStory({ work, chapters }: Story, paint: Paint): string {
  const [first] = chapters;
  const began = first?.at ?? 0;
  const lines = chapters.flatMap((chapter, i) => {
    if (chapter.fact.type === 'decided') {
      const { choice } = chapter.fact;
      return [paint('dim', `  choice ${choice}: ${CHOICES[choice]}`)];
    }
    const since = i === 0 ? '' : `, ${duration(chapter.at - began)} after the request`;
    const head = `${clockTime(chapter.at)}${since}: ${headline(chapter.fact)}`;
    const next = chapters[i + 1];
    const atOnce = next?.fact.type === 'pushed' && next.at === chapter.at;
    const look = atOnce ? [] : lookLines(chapter, paint);
    return ['', paint('bold', shorten(plain(head), 100)), ...look];
  });
  const title = first === undefined || !('session' in first.fact) ? '' : titleOf(first.fact);
  return [`${work}${title}`, ...lines, ''].join('\n');
}

function titleOf(fact: Fact): string {
  const session = 'session' in fact ? fact.session : '';
  const channel = 'channel' in fact ? fact.channel : '';
  return plain(`: session ${session} on ${channel}`);
}

/** Time since the beginning of the run. */
function clockTime(ms: number): string {
  const seconds = ms / 1000;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const fraction = (seconds % 60).toFixed(3).padStart(6, '0');
  return `${two(seconds / 3600)}:${two((seconds % 3600) / 60)}:${fraction}`;
}

function headline(fact: Fact): string {
  switch (fact.type) {
    case 'queued': {
      const priority = `routing priority ${fact.priority}`;
      const second = fact.secondaryPriority;
      const more = second === undefined ? '' : `, secondary ${second}`;
      const from = fact.transferredBy === undefined ? '' : `, passed on by ${fact.transferredBy}`;
      return `waits in ${fact.queue} (${priority}${more}${from})`;
    }
    case 'pushed': {
      const again = fact.attempt > 1 ? `, push ${fact.attempt}` : '';
      const beyond = fact.beyond === undefined ? '' : `, by ${fact.beyond}, capacity not asked`;
      return `is pushed to ${fact.rep} as ${fact.agentWork}${again}${beyond}`;
    }
    case 'accepted':
      return `${fact.rep} accepts`;
    case 'declined':
      return `${fact.rep} declines${fact.reason === undefined ? '' : `: ${fact.reason}`}`;
    case 'pushTimedOut':
      return `the push to ${fact.rep} times out`;
    case 'pushCancelled':
      return `the push to ${fact.rep} ends: ${fact.reason}`;
    case 'withdrawn':
      return `is withdrawn (${fact.by})`;
    case 'limitExceeded':
      return `is kept out of the queue: ${fact.limit}; overflow to ${fact.assignee ?? 'nobody'}`;
    case 'takenOver':
      return `becomes ${fact.owner}'s, by hand: in no queue any more`;
    case 'closed':
      return `${fact.rep} is done with it (${fact.by})`;
    case 'botEngaged':
      return `bot ${fact.bot} takes it`;
    case 'botLeft':
      return `bot ${fact.bot}: ${fact.outcome}`;
    default:
      return fact.type;
  }
}

function lookLines({ fact, look }: Chapter, paint: Paint): string[] {
  if (look === undefined) return [];
  const { asked, dropped, eligible, excluded, unskilled, strangers, ahead } = look;
  const lines = [`  asked: ${asked}`];
  if (dropped.length > 0) lines.push(`  not waited for any more: ${dropped.join(', ')}`);
  if (fact.type === 'queued' && ahead > 0) lines.push(`  ${countOf(ahead, 'item')} before it`);
  if (eligible.length === 0) lines.push('  nobody could have it:');
  if (fact.type === 'pushed') lines.push(...choiceLines(fact, look));
  lines.push(...firstOf(excluded, ({ rep, why }) => `${rep} ${why}`, 'that could not'));
  lines.push(
    ...firstOf(unskilled, ({ rep, lacks }) => `${rep} has ${lacks}`, 'without the skills'),
  );
  if (strangers > 0) lines.push(`  - ${countOf(strangers, 'rep')} not in the queue`);
  return lines.map((line) => paint('dim', shorten(plain(line), 100)));
}

/** The first few, and how many more. */
function firstOf<T>(list: readonly T[], text: (one: T) => string, more: string): string[] {
  const lines = list.slice(0, SHOWN).map((one) => `  - ${text(one)}`);
  if (list.length > SHOWN) lines.push(`  - and ${list.length - SHOWN} more ${more}`);
  return lines;
}

function choiceLines(fact: Extract<Fact, { type: 'pushed' }>, { eligible }: Look): string[] {
  const lines = eligible.slice(0, SHOWN).map((standing, i) => {
    const mark = standing.rep === fact.rep ? '>' : ' ';
    return `  ${mark} ${i + 1}. ${loadOf(standing)}`;
  });
  if (eligible.length > SHOWN) lines.push(`    and ${eligible.length - SHOWN} more that could`);
  if (fact.tied > 1) {
    lines.push('  the routing model could not tell the first ones apart: the tie rule chose (C2)');
  }
  return lines;
}

function loadOf({ rep, used, free, lastPushAtMs }: Standing): string {
  const units = (value: number) => String(Math.round(value * 1000) / 1000);
  const last =
    lastPushAtMs === undefined ? 'never pushed to' : `last push ${clockTime(lastPushAtMs)}`;
  return `${rep}: ${units(used)} units in use, ${units(free)} free, ${last}`;
}
