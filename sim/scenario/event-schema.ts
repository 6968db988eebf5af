/** The shape of `events` in a scenario file: what happens at a time, whoever does it. */
import * as z from 'zod';
import type { PlannedEvent } from '../plan.ts';
import { duration, name, section, someTime, text } from './fields.ts';

const which = {
  queue: name.describe('Of what waits in this queue'),
  count: z.int().min(1).exactOptional().describe('as many as this, the first first; absent: all'),
  waitingFor: duration.exactOptional().describe('and only what has waited this long.'),
};

const shape = {
  at: duration.describe('When, from the beginning.'),
  every: someTime.exactOptional().describe('And again, this often, until arrivals stop.'),
  rep: name.exactOptional().describe('A rep or pool, with `status` or `connection`.'),
  status: text.exactOptional().describe('The presence status they set, or Offline.'),
  connection: z.enum(['lost', 'back']).exactOptional().describe("Of their console's."),
  assign: section({ ...which, to: name.describe('The rep who gets it.') })
    .exactOptional()
    .describe('A supervisor assigns what waits, whatever the capacity.'),
  move: section({ ...which, to: name.describe('The queue it goes to.') })
    .exactOptional()
    .describe('What waits is reassigned to another queue.'),
  takeOver: section({ ...which, by: text.describe('The new owner, a rep or any user.') })
    .exactOptional()
    .describe('The owner of what waits is changed by hand or by an automation.'),
  endWaiting: section(which).exactOptional().describe('Sessions that wait are ended.'),
  change: section({
    rep: name.describe('The rep or pool.'),
    queues: z.array(name).exactOptional().describe('Their queues from now on.'),
    skills: z.record(name, z.number().min(0).max(10)).exactOptional().describe('Their skills.'),
  })
    .exactOptional()
    .describe('A supervisor gives reps other queues or skills.'),
};

const ACTIONS = [
  'status',
  'connection',
  'assign',
  'move',
  'takeOver',
  'endWaiting',
  'change',
] as const;

export const eventSchema = section(shape)
  .transform((given, context): PlannedEvent => {
    const { at: atMs, every, rep } = given;
    const wrong = (message: string) => {
      context.issues.push({ code: 'custom', message, input: given });
      return z.NEVER;
    };
    const actions = ACTIONS.filter((action) => given[action] !== undefined);
    if (actions.length !== 1) return wrong(`needs exactly one of ${ACTIONS.join(', ')}`);
    const ofRep = given.status !== undefined || given.connection !== undefined;
    if (ofRep !== (rep !== undefined))
      return wrong('status and connection need a rep, others none');
    const when = { atMs, ...(every !== undefined && { everyMs: every }) };
    if (given.status !== undefined)
      return { ...when, does: 'status', rep: rep ?? '', status: given.status };
    if (given.connection !== undefined) {
      return {
        ...when,
        does: given.connection === 'lost' ? 'disconnect' : 'reconnect',
        rep: rep ?? '',
      };
    }
    const { assign, move, takeOver, endWaiting, change } = given;
    if (assign) return { ...when, does: 'assign', which: selection(assign), to: assign.to };
    if (move) return { ...when, does: 'move', which: selection(move), to: move.to };
    if (takeOver) return { ...when, does: 'takeOver', which: selection(takeOver), by: takeOver.by };
    if (endWaiting) return { ...when, does: 'endWaiting', which: selection(endWaiting) };
    const { rep: changed = '', ...to } = change ?? {};
    return { ...when, does: 'change', rep: changed, to };
  })
  .describe('Something that happens at a time.');

function selection(of: { queue: string; count?: number; waitingFor?: number }) {
  const { queue, count, waitingFor } = of;
  return {
    queue,
    ...(count !== undefined && { count }),
    ...(waitingFor !== undefined && { waitingForMs: waitingFor }),
  };
}
