/** Has the planned events of a scenario happen: what reps, supervisors and automations do when. */
import { StackError } from '../src/errors.ts';
import { repsOf } from '../src/org.ts';
import type { Clock } from '../src/ports.ts';
import type { Supervisor } from '../src/supervisor.ts';
import type { Plan, PlannedEvent } from './plan.ts';
import type { SeatedRep } from './rep.ts';

export interface EventsParts {
  readonly plan: Plan;
  readonly clock: Clock;
  /** Absent: with a target there is none of ours; the plan asks for none then. */
  readonly supervisor?: Supervisor | undefined;
  /** By name. */
  readonly seats: ReadonlyMap<string, SeatedRep>;
}

export function planEvents(parts: EventsParts): void {
  for (const event of parts.plan.events) schedule(event, event.atMs, parts);
}

function schedule(event: PlannedEvent, atMs: number, parts: EventsParts): void {
  const { clock, plan } = parts;
  clock.after(atMs - clock.now(), () => {
    happen(event, parts);
    const next = event.everyMs === undefined ? undefined : atMs + event.everyMs;
    if (next !== undefined && next <= plan.lastsMs) schedule(event, next, parts);
  });
}

function happen(event: PlannedEvent, { plan, supervisor, seats }: EventsParts): void {
  const each = (name: string, act: (seat: SeatedRep, id: string) => void) => {
    for (const { id, pool } of repsOf(plan.org)) {
      const seat = seats.get(id);
      if (seat !== undefined && (id === name || pool === name)) act(seat, id);
    }
  };
  if (event.does === 'status') each(event.rep, (seat) => setStatus(seat, event.status));
  else if (event.does === 'disconnect') each(event.rep, (seat) => seat.disconnect());
  else if (event.does === 'reconnect') each(event.rep, (seat) => seat.reconnect());
  else if (supervisor === undefined) throw new Error(`nobody can do '${event.does}'`);
  else if (event.does === 'assign') supervisor.assign(event.which, event.to);
  else if (event.does === 'move') supervisor.move(event.which, event.to);
  else if (event.does === 'takeOver') supervisor.takeOver(event.which, event.by);
  else if (event.does === 'endWaiting') supervisor.end(event.which);
  else each(event.rep, (_, id) => supervisor.change(id, event.to));
}

/** A status the rep is not granted stays out of reach: the console does not offer it. */
export function setStatus(seat: Pick<SeatedRep, 'setStatus'>, status: string): void {
  try {
    seat.setStatus(status);
  } catch (error) {
    if (!(error instanceof StackError && error.code === 'statusNotGranted')) throw error;
  }
}
