/**
 * Access tokens of the org: `<orgId>!` and a JSON Web Token, made and read. Salesforce signs its
 * own by RS256; as partners are not meant to look into them, these are HS256. Pure: time is given.
 */
import { createSigner, createVerifier } from 'fast-jwt';
import { type Json, recordOf, textOf } from '../json.ts';

/** As of Salesforce's JWT-based access tokens, but for those that nobody reads. */
export interface TokenClaims {
  /** Scopes, by blanks. */
  readonly scp: string;
  /** `uid:` and the user's id. */
  readonly sub: string;
  readonly aud: readonly string[];
  readonly iss: string;
  /** The connected app's consumer key. */
  readonly client_id: string;
  /** Unix seconds. */
  readonly iat: number;
  readonly exp: number;
}

export interface TokenKey {
  make(orgId: string, claims: TokenClaims): string;
  /** The claims of a token that holds at `nowMs`; nothing if forged, cut, expired or another's. */
  read(orgId: string, token: string, nowMs: number): Json | undefined;
}

/** `secret` must not be empty. */
export function createTokenKey(secret: string): TokenKey {
  const sign = createSigner({ algorithm: 'HS256', key: secret });
  // Expiry is checked here: the library would ask the machine for the time.
  const timeless = { ignoreExpiration: true, ignoreNotBefore: true };
  const verify = createVerifier({ algorithms: ['HS256'], key: secret, ...timeless });
  return {
    make: (orgId, claims) => `${orgId}!${sign({ ...claims, aud: [...claims.aud] })}`,
    read(orgId, token, nowMs) {
      if (!token.startsWith(`${orgId}!`)) return undefined;
      try {
        const claims = recordOf(verify(token.slice(orgId.length + 1)));
        const holds = typeof claims.exp === 'number' && claims.exp * 1000 > nowMs;
        return holds ? claims : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** Whether a token with these claims was given that scope. */
export function hasScope({ scp }: Json, scope: string): boolean {
  return textOf(scp).split(' ').includes(scope);
}

/** The token of `Authorization: Bearer …`; empty without one. */
export function bearerOf(headers: Readonly<Record<string, string>>): string {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}
