/** Conversations worth looking at, in the shape of a transcript. Facts have no bodies. */
import { duration } from '../console/format.ts';
import type { RunResult } from '../result.ts';
import type { WorstConversation } from '../stories.ts';
import { type Html, html } from './markup.ts';

type Moment = WorstConversation['moments'][number];

const REASONS: Readonly<Record<WorstConversation['why'][number], string>> = {
  longestWait: 'waited longest for a rep',
  slowestReply: 'waited longest for a reply',
  gaveUp: 'gave up',
};

export function worst({ worst: all }: RunResult): Html {
  if (all.length === 0) return html`<h2 id="worst">Conversations</h2><p>There were none.</p>`;
  return html`<h2 id="worst">Slowest and worst conversations</h2>
<p class="soft">Each with what happened when. What was said is not kept in results.</p>
${all.map(talk)}`;
}

function talk(story: WorstConversation): Html {
  const { conversation, channel, script, outcome, why, waitMs, slowestReplyMs, lastedMs } = story;
  return html`<details><summary><b>${why.map((one) => REASONS[one]).join(', ')}</b>:
${channel}, ${script} no. ${conversation % 2 ** 40} · wait ${duration(waitMs)}
· slowest reply ${duration(slowestReplyMs)} ·
${outcome === 'open' ? 'still open' : outcome} after ${duration(lastedMs)}</summary>
<div><ol class="talk">${story.moments.map(moment)}</ol>
${
  story.moreMoments > 0 &&
  html`<p class="soft">and ${story.moreMoments} more
moments.</p>`
}</div></details>`;
}

function moment({ atMs, what, who = '' }: Moment): Html {
  const time = html`<time>${duration(atMs)}</time>`;
  const said = SAID[what];
  if (said !== undefined) {
    const voice = what === 'said' ? 'customer' : who;
    return html`<li class="${said}">${time}<span>${voice}: <span
aria-label="text not kept">•••••</span></span></li>`;
  }
  const kind = TROUBLE.has(what) ? 'event trouble' : 'event';
  return html`<li class="${kind}">${time}<span>${WORDS[what](who)}</span></li>`;
}

const SAID: Partial<Record<Moment['what'], 'customer' | 'rep'>> = {
  said: 'customer',
  replied: 'rep',
};

const TROUBLE = new Set<Moment['what']>(['missed', 'declined', 'rangInVain', 'sendFailed']);

const WORDS: Readonly<Record<Moment['what'], (who: string) => string>> = {
  said: () => '',
  replied: () => '',
  heard: (who) => `the customer has it in hand (${who})`,
  missed: (who) => `what was expected did not come (${who})`,
  left: (who) => `the customer left: ${who}`,
  queued: (who) => `queued in ${who}`,
  pushed: (who) => `pushed to ${who}`,
  declined: (who) => `${who} declined`,
  rangInVain: (who) => `rang in vain at ${who}`,
  accepted: (who) => `${who} accepted`,
  withdrawn: (who) => `withdrawn from ${who}: nobody will be asked any more`,
  sendFailed: (who) => `a message could not be sent (${who})`,
  transferred: (who) => `${who} passed it on`,
  closed: (who) => `${who} closed it`,
};
