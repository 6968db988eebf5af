/**
 * Has the effects of a session's steps done, each by who can: the router, the desk, a bot, the
 * messenger. The steps themselves are `sessions/lifecycle.ts`.
 */
import type { Bots } from './bots.ts';
import type { Dispatch } from './dispatch.ts';
import type { Messenger } from './messenger.ts';
import type { Notices } from './notices.ts';
import type { Org } from './org.ts';
import type { Clock, Recorder } from './ports.ts';
import type { Router } from './router/router.ts';
import type { Effect } from './sessions/lifecycle.ts';
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';
import { respond } from './sessions/step.ts';
import type { Entry, Session, Thread } from './sessions/thread.ts';
import type { Switchboard } from './switchboard.ts';

export interface EffectsParts {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly router: Router;
  readonly sessions: Sessions;
  readonly dispatch: Dispatch;
  readonly bots: Bots;
  readonly desk: Switchboard;
  readonly messenger: Messenger;
  readonly notices: Notices;
  /** Given: another process routes and has the desks. It is told whom to have a look at. */
  readonly onToDo?: (key: string) => void;
}

export function createEffects(parts: EffectsParts) {
  const { clock, recorder, router, bots, desk } = parts;
  const say = createSay(parts);
  const reopen = createReopen(parts);
  return (thread: Thread, effect: Effect): void => {
    if (parts.onToDo !== undefined && !IS_DONE_ANYWHERE[effect.do]) {
      parts.onToDo(thread.key);
    } else if (effect.do === 'route') {
      parts.dispatch.route(thread, effect.session, effect.text);
    } else if (effect.do === 'reopen') {
      reopen(thread, effect.session, effect.entry);
    } else if (effect.do === 'tellRep') {
      const { session, entry } = effect;
      if (!bots.message(session.workId, entry)) desk.message(session.workId, entry, thread);
    } else if (effect.do === 'typing') {
      desk.typing(effect.session.workId, effect.on);
    } else if (effect.do === 'respond') {
      say(thread, effect.text, effect.response);
    } else if (effect.do === 'ended') {
      const { session, by } = effect;
      const { channelId: channel } = thread;
      const accepted = session.acceptedMs !== undefined;
      const at = clock.now();
      recorder.record({ type: 'sessionEnded', at, channel, session: session.id, by, accepted });
      parts.notices.announce(thread, 'ended', session, by);
      if (parts.onToDo !== undefined) {
        parts.onToDo(thread.key);
        return;
      }
      if (bots.ended(session.workId, by) || router.withdraw(session.workId, by)) return;
      desk.ended(session.workId, by);
    } else if (effect.do === 'inactive') {
      desk.wentInactive(effect.session.workId);
    } else {
      const { key: endUser, channelId: channel } = thread;
      const at = clock.now();
      recorder.record({ type: 'consentChanged', at, channel, endUser, to: effect.to });
    }
  };
}

/** Where who does it need not have the router and the desks; `ended` says what it leaves. */
const IS_DONE_ANYWHERE: Readonly<Record<Effect['do'], boolean>> = {
  respond: true,
  consent: true,
  route: false,
  reopen: false,
  tellRep: false,
  typing: false,
  inactive: false,
  ended: true,
};

export interface FlowDeedsParts extends Pick<EffectsParts, 'clock' | 'recorder'> {
  readonly messenger: Messenger;
  readonly router: Router;
  readonly sessions: Sessions;
  readonly channels: Org['channels'];
  readonly carryOut: (thread: Thread, effect: Effect) => void;
}

/** What a flow, or the lack of room in any queue, does to a session. */
export function createFlowDeeds(parts: FlowDeedsParts) {
  const { clock, sessions, channels, carryOut } = parts;
  return {
    say: createSay(parts),
    onUnavailable(thread: Thread): void {
      const channel = channels[thread.channelId];
      const words = channel && respond({ channel }, thread, 'routingUnavailable');
      for (const effect of words ?? []) carryOut(thread, effect);
    },
    end({ key, channelId }: Thread): void {
      clock.spawn(`a flow ends the session of ${key}`, () =>
        sessions.update(key, channelId, (now, at) => lifecycle.ended(now, 'System', at)),
      );
    },
  };
}

/** Sends automatic messages; `{{position}}` and `{{estimatedWait}}` are filled in. */
export function createSay(
  parts: Pick<EffectsParts, 'clock' | 'recorder' | 'messenger' | 'router'>,
) {
  const { clock, messenger } = parts;
  return (thread: Thread, text: string, response = 'flow'): void => {
    const filled = text.includes('{{') ? fill(text, thread, parts) : text;
    const content = { kind: 'text' as const, text: filled };
    const confirmsOptOut = response === 'optOutConfirmation';
    clock.spawn(`${response} response to ${thread.key}`, () =>
      messenger.send(thread, content, { by: 'auto', confirmsOptOut }),
    );
  };
}

function fill(
  text: string,
  { session }: Thread,
  { clock, recorder, router }: Pick<EffectsParts, 'clock' | 'recorder' | 'router'>,
): string {
  const position = session && router.position(session.workId);
  const waitMs = session && router.estimatedWaitOf(session.workId);
  const decided = (choice: 'C22' | 'C23') =>
    recorder.record({ type: 'decided', at: clock.now(), choice, work: session?.workId ?? '' });
  if (position !== undefined && text.includes('{{position}}')) decided('C23');
  if (waitMs === undefined && text.includes('{{estimatedWait}}')) decided('C22');
  const minutes = waitMs === undefined ? undefined : Math.max(1, Math.round(waitMs / 60_000));
  return text
    .replaceAll('{{position}}', String(position ?? '-'))
    .replaceAll('{{estimatedWait}}', minutes === undefined ? '-' : `${minutes} min`);
}

/**
 * The customer woke an inactive session. Status-based work goes on with the same rep; otherwise it
 * is routed afresh (facts: omni-channel 2.1).
 */
function createReopen({ clock, router, sessions, dispatch, desk }: EffectsParts) {
  return (thread: Thread, session: Session, entry: Entry): void => {
    const work = desk.opened(session.workId);
    if (work === undefined) {
      const text = entry.content.kind === 'text' ? entry.content.text : '';
      dispatch.route(thread, session, text);
      return;
    }
    if (!router.resume(work)) {
      const wants = { rep: work.rep.id, repRequired: true };
      router.enqueue(dispatch.request(thread, session, work.item.demand.queue, wants));
      return;
    }
    clock.spawn(`session of ${thread.key} goes on`, async () => {
      const { key, channelId } = thread;
      const active = await sessions.update(key, channelId, (now) =>
        lifecycle.engaged(now, session.workId, work.rep.id),
      );
      if (active !== undefined) desk.message(session.workId, entry, active);
    });
  };
}
