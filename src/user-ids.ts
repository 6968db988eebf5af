/** Record ids of users, for the reps of an org that has none: the same rep, the same id. */
import { createHash } from 'node:crypto';

/** 15 characters that begin with 005, as Salesforce's user ids do. */
export function userIdOf(repId: string): string {
  const digest = createHash('sha256').update(repId).digest('base64');
  return `005${digest.replaceAll(/[^A-Za-z0-9]/g, '0').slice(0, 12)}`;
}
