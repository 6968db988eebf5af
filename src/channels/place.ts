/** A place, from whatever a platform says of it; nothing without its degrees. */
import type { Content } from '../message.ts';
import { numberOf, textOf } from './json.ts';

/** By the stack's own names, each with the platform's value. */
export function placeFrom(said: {
  readonly latitude: unknown;
  readonly longitude: unknown;
  readonly name?: unknown;
  readonly address?: unknown;
}): Content | undefined {
  const [latitude, longitude] = [numberOf(said.latitude), numberOf(said.longitude)];
  if (latitude === undefined || longitude === undefined) return undefined;
  const [name, address] = [textOf(said.name), textOf(said.address)];
  return {
    kind: 'location',
    latitude,
    longitude,
    ...(name === '' ? {} : { name }),
    ...(address === '' ? {} : { address }),
  };
}
