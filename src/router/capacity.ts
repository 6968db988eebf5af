/**
 * Who has room for what. Pure. Units are doubles; a percentage is a share of the rep's own capacity
 * of the pool (facts: omni-channel 1.8; choices C11, C12).
 */
import type { RoutingConfig, ServiceChannel } from '../org.ts';
import type { Demand, Pool, RepState } from './work.ts';

/** Doubles that add up to a whole must fit. */
export const TOLERANCE = 1e-9;

/** "Hard cap: 100 open items per rep" (Salesforce Help, capacity model). */
export const MAX_OPEN_ITEMS = 100;

/** INHERITED, or nothing, is as the service channel has it. */
export function poolOf({ capacityType }: RoutingConfig, channel: ServiceChannel): Pool {
  const inherited = capacityType === undefined || capacityType === 'INHERITED';
  const interruptible = inherited ? channel.isInterruptible : capacityType === 'INTERRUPTIBLE';
  return interruptible ? 'interruptible' : 'primary';
}

export function capacityOf({ presence }: RepState, pool: Pool): number {
  if (pool === 'primary') return presence.capacity;
  return presence.interruptibleCapacity ?? presence.capacity;
}

export function freeUnits(rep: RepState, pool: Pool = 'primary'): number {
  return capacityOf(rep, pool) - (pool === 'primary' ? rep.usedUnits : rep.usedInterruptible);
}

/** Units that one item takes of this rep. */
export function unitsFor(rep: RepState, { config, pool }: Demand): number {
  const { capacityPercentage: share } = config;
  return share === undefined ? config.capacityWeight : share * capacityOf(rep, pool);
}

/** Units that one item takes while it is paused; without settings of its own, as many as ever. */
export function pausedUnitsFor(rep: RepState, demand: Demand): number {
  const { pausedCapacityWeight: units, pausedCapacityPercentage: share } = demand.config;
  if (share !== undefined) return share * capacityOf(rep, demand.pool);
  return units ?? unitsFor(rep, demand);
}

/** Why a rep has no room. */
export type NoRoom =
  /** Too few units are free in the pool. */
  | 'full'
  /** The primary pool is full, which stops interruptible work too (choice C11). */
  | 'primaryFull'
  /** 100 open items. */
  | 'itemCap';

export function whyNoRoom(rep: RepState, demand: Demand): NoRoom | undefined {
  if (rep.work.size >= MAX_OPEN_ITEMS) return 'itemCap';
  if (demand.pool === 'interruptible' && freeUnits(rep) <= TOLERANCE) return 'primaryFull';
  const free = freeUnits(rep, demand.pool);
  return free > TOLERANCE && free + TOLERANCE >= unitsFor(rep, demand) ? undefined : 'full';
}
