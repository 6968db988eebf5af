/**
 * Who gets what: the pure heart of the router. An item picks its best rep by the model of its own
 * routing configuration (choice C6); a rep who becomes able takes the first item that fits, and a
 * heavy one does not block lighter ones behind it (choice C5).
 */
import { compareItems } from './backlog.ts';
import { type NoRoom, whyNoRoom } from './capacity.ts';
import { byLoad, type Ranked } from './ranking.ts';
import type { Demand, PendingRouting, RepState } from './work.ts';

/** The presence status of who is logged out. Built in: it has no file in Salesforce's metadata. */
export const OFFLINE = 'Offline';

/** Why a candidate may not have an item. */
export type Exclusion =
  | 'offline'
  /** The status is busy: it has no service channels. */
  | 'busy'
  /** The status is online for other service channels only. */
  | 'otherChannels'
  /** That login declined it last, or let it time out (choice C7). */
  | 'declinedLast'
  | NoRoom;

/** Why this candidate may not have the item; nothing if they may. */
export function whyNot(rep: RepState, item: PendingRouting): Exclusion | undefined {
  const { demand, lastDecliner } = item;
  if (!rep.online) return rep.status === OFFLINE ? 'offline' : 'busy';
  if (!serves(rep, demand)) return 'otherChannels';
  if (lastDecliner === rep.login) return 'declinedLast';
  return whyNoRoom(rep, demand);
}

function serves({ channels }: RepState, { serviceChannel }: Demand): boolean {
  return channels === undefined || channels.includes(serviceChannel);
}

/** Who gets an item, and how many the routing model could not tell from them. */
export interface Choice {
  readonly rep: RepState;
  /** Eligible reps at the top, the chosen one included; 1: no tie. */
  readonly tied: number;
}

/**
 * The rep who gets `item`, out of a ranking of its candidates. `pick` chooses among ties, given how
 * many there are; without it the first does.
 */
export function bestRep(
  item: PendingRouting,
  order: readonly Ranked[],
  pick?: (n: number) => number,
): Choice | undefined {
  let first = 0;
  while (first < order.length && whyNot((order[first] as Ranked).rep, item) !== undefined) {
    first += 1;
  }
  const best = order[first];
  if (best === undefined) return undefined;
  const tied = [best.rep];
  for (let i = first + 1; i < order.length; i += 1) {
    const next = order[i] as Ranked;
    if (byLoad(best, next) !== 0) break;
    if (whyNot(next.rep, item) === undefined) tied.push(next.rep);
    // Whether it was a tie is enough to know where the first takes it.
    if (pick === undefined && tied.length > 1) break;
  }
  const rep = tied[pick !== undefined && tied.length > 1 ? pick(tied.length) : 0] ?? best.rep;
  return { rep, tied: tied.length };
}

/** What a rep takes next, and why something in front of it was passed over, if it was. */
export interface Found {
  readonly item: PendingRouting;
  readonly passedOver: Exclusion | undefined;
}

/** The first waiting item this rep may have. */
export function firstItem(rep: RepState): Found | undefined {
  if (!rep.online) return undefined;
  let first: PendingRouting | undefined;
  let barred: PendingRouting | undefined;
  let passedOver: Exclusion | undefined;
  for (const { waiting } of rep.sets) {
    for (const { items } of waiting) {
      const item = items[0] as PendingRouting;
      if (first !== undefined && compareItems(first, item) < 0) continue;
      const why = whyNot(rep, item);
      if (why === undefined) first = item;
      else if (barred === undefined || compareItems(item, barred) < 0) {
        barred = item;
        passedOver = why;
      }
    }
  }
  if (first === undefined) return undefined;
  const isAhead = barred !== undefined && compareItems(barred, first) < 0;
  return { item: first, passedOver: isAhead ? passedOver : undefined };
}
