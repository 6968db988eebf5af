import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { bearerOf, createTokenKey, hasScope } from '../../../src/channels/byoc/signature.ts';
import { AT_MS } from '../driving.ts';

const ORG = '00DHp000000KxQz';
const key = createTokenKey('a-secret');
const iat = AT_MS / 1000;
const claims = {
  scp: 'interaction_api api',
  sub: 'uid:005',
  aud: ['a'],
  iss: 'i',
  client_id: 'c',
  iat,
};

describe('an access token', () => {
  it('is the org’s id and a JWT that others can verify', async () => {
    const token = key.make(ORG, { ...claims, exp: iat + 60 });
    const [org, jwt = ''] = token.split('!');
    expect(org).toBe(ORG);
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'HS256', typ: 'JWT' });
    const now = { currentDate: new Date(AT_MS) };
    const { payload } = await jwtVerify(jwt, new TextEncoder().encode('a-secret'), now);
    expect(payload).toEqual({ ...claims, exp: iat + 60 });
    expect(key.read(ORG, token, AT_MS)).toEqual(payload);
  });

  it('of others’ making is read as well, if it is rightly signed', async () => {
    const jwt = (secret: string, alg = 'HS256') =>
      new SignJWT({ ...claims, exp: iat + 60 })
        .setProtectedHeader({ alg })
        .sign(new TextEncoder().encode(secret));
    expect(key.read(ORG, `${ORG}!${await jwt('a-secret')}`, AT_MS)).toMatchObject(claims);
    expect(key.read(ORG, `${ORG}!${await jwt('b-secret')}`, AT_MS)).toBeUndefined();
    expect(
      key.read(ORG, `${ORG}!${await jwt('a-secret'.repeat(8), 'HS512')}`, AT_MS),
    ).toBeUndefined();
  });

  it('holds until its end, and without one never', () => {
    const token = key.make(ORG, { ...claims, exp: iat + 60 });
    expect(key.read(ORG, token, AT_MS + 59_999)).toBeDefined();
    expect(key.read(ORG, token, AT_MS + 60_000)).toBeUndefined();
    const endless = key.make(ORG, { ...claims, exp: Number.NaN });
    expect(key.read(ORG, endless, AT_MS)).toBeUndefined();
  });

  it('has scopes by whole words', () => {
    expect(hasScope({ scp: 'api interaction_api' }, 'interaction_api')).toBe(true);
    expect(hasScope({ scp: 'interaction_api2' }, 'interaction_api')).toBe(false);
    expect(hasScope({}, 'interaction_api')).toBe(false);
  });
});

it('reads a bearer token however it is spelt', () => {
  expect(bearerOf({ authorization: 'bearer  x!y' })).toBe('x!y');
  expect(bearerOf({ authorization: 'Basic x' })).toBe('');
  expect(bearerOf({})).toBe('');
});
