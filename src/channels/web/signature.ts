/**
 * Access tokens of Messaging for In-App and Web: JSON Web Tokens, signed and verified. Salesforce
 * signs its own by RS256; as clients are not meant to look into them, these are HS256. Pure: time
 * is given.
 */
import { createSigner, createVerifier } from 'fast-jwt';
import { type Json, recordOf } from '../json.ts';

/** Who a token is for. The two are never taken for each other. */
export const END_USER = 'iamessage';
export const STACK = 'eventrouter';

export interface TokenClaims {
  readonly aud: typeof END_USER | typeof STACK;
  /** The end user: `v2/iamessage/UNAUTH/NA/uid:<uuid>`; of a service token: the stack. */
  readonly sub: string;
  /** Unix seconds. */
  readonly iat: number;
  readonly exp: number;
  readonly [claim: string]: string | number;
}

export interface TokenKey {
  sign(claims: TokenClaims): string;
  /** The claims of a token of that kind; nothing if forged, cut or of the other kind. */
  read(token: string, audience: TokenClaims['aud']): Json | undefined;
}

/** `secret` must not be empty. */
export function createTokenKey(secret: string): TokenKey {
  const signer = createSigner({ algorithm: 'HS256', key: secret });
  // Whether it has expired is for `isExpired`: this library would ask the machine for the time.
  const verifier = createVerifier({ algorithms: ['HS256'], key: secret, ignoreExpiration: true });
  return {
    sign: signer,
    read(token, audience) {
      try {
        const claims = recordOf(verifier(token));
        return claims.aud === audience && typeof claims.sub === 'string' ? claims : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** A token without an end counts as expired. */
export function isExpired({ exp }: Json, nowMs: number): boolean {
  return typeof exp !== 'number' || exp * 1000 <= nowMs;
}

/** The token of `Authorization: Bearer …`; empty without one. */
export function bearerOf(headers: Readonly<Record<string, string>>): string {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}
