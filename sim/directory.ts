/** What the business knows of the simulated customers: its CRM, kept while they are about. */
import type { Directory } from '../src/ports.ts';

export interface CustomerDirectory extends Directory {
  enter(channelId: string, address: string, attributes: Attributes): void;
}

type Attributes = Readonly<Record<string, string>>;

const UNKNOWN: Attributes = {};

export function createDirectory(): CustomerDirectory {
  const known = new Map<string, Attributes>();
  return {
    enter: (channelId, address, attributes) => known.set(`${channelId}:${address}`, attributes),
    attributesOf: (channelId, address) => known.get(`${channelId}:${address}`) ?? UNKNOWN,
  };
}
