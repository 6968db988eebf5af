/**
 * The tokens of both directions and the cipher of attachments. Apple signs no bodies: a token says
 * only who calls, and when it was made. HS256, keyed with the decoded secret; to Apple it names the
 * issuer, from Apple the audience (Apple's tutorial: authorization). Pure.
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import type { Json } from '../json.ts';
import type { AppleAccount } from './wire.ts';

/** `toApple`: the MSP calls Apple; `fromApple`: Apple calls the MSP. */
export type Direction = 'toApple' | 'fromApple';

const CLAIM = { toApple: 'iss', fromApple: 'aud' } as const;

/** Makes tokens; each carries the time it was made at, in whole seconds. */
export function createTokenMaker(
  { mspId, secret }: AppleAccount,
  direction: Direction,
): (nowMs: number) => string {
  const sign = createSigner({ key: Buffer.from(secret, 'base64'), algorithm: 'HS256' });
  return (nowMs) => sign({ [CLAIM[direction]]: mspId, iat: Math.floor(nowMs / 1000) });
}

export type TokenVerdict = 'good' | 'missing' | 'forged' | 'stale';

/**
 * Judges the value of an Authorization header. `stale`: made longer than `ageMs` from now, before
 * or after, or expired. A token needs `iat`; Apple's have no `exp`, but it counts if it is there.
 */
export function createTokenJudge(
  { mspId, secret }: AppleAccount,
  direction: Direction,
  ageMs: number,
): (authorization: string | undefined, nowMs: number) => TokenVerdict {
  const key = Buffer.from(secret, 'base64');
  // What is too old or too new is told here, by the clock of the caller.
  const untimed = { ignoreExpiration: true, ignoreNotBefore: true };
  const verify = createVerifier({ key, algorithms: ['HS256'], ...untimed });
  return (authorization, nowMs) => {
    const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return 'missing';
    try {
      const claims: Json = verify(token);
      const { iat, exp } = claims;
      // The library's own check lets tokens pass that name nobody.
      const isOurs = [claims[CLAIM[direction]]].flat().includes(mspId);
      if (!isOurs || typeof iat !== 'number') return 'forged';
      const isOver = typeof exp === 'number' && exp * 1000 <= nowMs;
      return isOver || Math.abs(nowMs - iat * 1000) > ageMs ? 'stale' : 'good';
    } catch {
      return 'forged';
    }
  };
}

/** AES-256-CTR from a counter of 16 zero bytes, no padding (Apple's tutorial: attachments). */
export interface Sealed {
  readonly bytes: Buffer;
  /** As it stands in a message: `00` and 64 hex digits, upper case. */
  readonly key: string;
}

const CIPHER = 'aes-256-ctr';
const ZERO = Buffer.alloc(16);

/** Encrypts; the key is a function of `seed`, so that no seed may serve twice. */
export function seal(bytes: Buffer, seed: string): Sealed {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv(CIPHER, key, ZERO);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return { bytes: sealed, key: `00${key.toString('hex').toUpperCase()}` };
}

/** Decrypts by the key of a message, in either case; nothing for a key of another form. */
export function unseal(bytes: Buffer, key: string): Buffer | undefined {
  if (!/^00[0-9a-f]{64}$/i.test(key)) return undefined;
  const decipher = createDecipheriv(CIPHER, Buffer.from(key.slice(2), 'hex'), ZERO);
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}
