/**
 * Consent of one end user on one channel, as pure steps: implicit, explicit, double (facts:
 * omni-channel 2.2 and 2.4). The same person has another consent on another channel.
 */
import type { Channel } from '../org.ts';
import { ended, waits } from './moves.ts';
import { type Effect, type Moment, NONE, respond, type Step, step } from './step.ts';
import type { ConsentStatus, Thread } from './thread.ts';

const LEVEL: Readonly<Record<ConsentStatus, number>> = {
  OptedOut: 0,
  ImplicitlyOptedIn: 1,
  ExplicitlyOptedIn: 2,
  DoublyOptedIn: 3,
};

const WANTED = { ImplicitOptIn: 1, ExplicitOptIn: 2, DoubleOptIn: 3 } as const;

/** IsFullyOptedIn: the status meets what the channel asks for. */
export function isFullyOptedIn(consent: ConsentStatus, channel: Channel): boolean {
  return LEVEL[consent] >= WANTED[channel.consent ?? 'ImplicitOptIn'];
}

/** The platform, or the customer, said that they have opted out. */
export function foundOptedOut(thread: Thread, at: Moment): Step | undefined {
  if (thread.consent === 'OptedOut') return undefined;
  const out = { ...thread, consent: 'OptedOut' as const };
  const over = ended(out, 'EndUser', at);
  return step(over?.thread ?? out, [{ do: 'consent', to: 'OptedOut' }, ...(over?.effects ?? NONE)]);
}

/** `sentMs`: when the word was sent, against which an older one counts no more. */
export function optedOut(before: Thread, sentMs: number, at: Moment): Step {
  const thread = { ...before, consentSentMs: sentMs };
  const found = foundOptedOut(thread, at);
  const confirmation = respond(at, thread, 'optOutConfirmation');
  return step(found?.thread ?? thread, [...(found?.effects ?? NONE), ...confirmation]);
}

/** The first word of an opt-in; where the channel wants two, it asks for the second. */
export function optedIn(before: Thread, sentMs: number, at: Moment): Step {
  const thread = { ...before, consentSentMs: sentMs };
  if (LEVEL[thread.consent] >= LEVEL.ExplicitlyOptedIn) return settled(thread, NONE, at);
  const next: Thread = { ...thread, consent: 'ExplicitlyOptedIn' };
  return settled(next, [{ do: 'consent', to: 'ExplicitlyOptedIn' }], at);
}

/** The second word. Without the first it is none. */
export function confirmed(before: Thread, sentMs: number, at: Moment): Step {
  const thread = { ...before, consentSentMs: sentMs };
  if (thread.consent === 'OptedOut') return step(before);
  if (thread.consent === 'DoublyOptedIn') return settled(thread, NONE, at);
  if (thread.consent !== 'ExplicitlyOptedIn') {
    return step(before, respond(at, before, 'optInPrompt'));
  }
  const next: Thread = { ...thread, consent: 'DoublyOptedIn' };
  return settled(next, [{ do: 'consent', to: 'DoublyOptedIn' }], at);
}

/** Says what is due; a session that only waited for the consent goes on. */
function settled(thread: Thread, changes: readonly Effect[], at: Moment): Step {
  if (!isFullyOptedIn(thread.consent, at.channel)) {
    return step(thread, [...changes, ...respond(at, thread, 'doubleOptInPrompt')]);
  }
  const effects = [...changes, ...respond(at, thread, 'optInConfirmation')];
  const { session } = thread;
  if (session?.status !== 'Consent') return step(thread, effects);
  const next = waits(thread, session, '', at);
  return { ...next, effects: [...effects, ...next.effects, ...respond(at, thread, 'initial')] };
}
