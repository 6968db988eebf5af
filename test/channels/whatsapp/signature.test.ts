import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sign, verify } from '../../../src/channels/whatsapp/signature.ts';

interface Vector {
  readonly secret: string;
  readonly body: string;
  readonly sha256: string;
  readonly sha1?: string;
}

const path = new URL('../../fixtures/wire/whatsapp/signature-vectors.json', import.meta.url);
const vectors: readonly Vector[] = JSON.parse(readFileSync(path, 'utf8'));

describe('the signature', () => {
  it.each(vectors)('is the published one for $body', ({ secret, body, sha256, sha1 }) => {
    const bytes = Buffer.from(body);
    expect(sign(secret, bytes)).toBe(sha256);
    if (sha1 !== undefined) expect(sign(secret, bytes, 'sha1')).toBe(sha1);
    expect(verify(secret, sha256, bytes)).toBe(true);
  });

  it('is refused when anything about it is another', () => {
    const body = Buffer.from('{"a":"\\/"}');
    const good = sign('secret', body);
    expect(verify('secret', good, body)).toBe(true);
    expect(verify('other', good, body)).toBe(false);
    expect(verify('secret', good, Buffer.from('{"a":"/"}'))).toBe(false);
    expect(
      verify(
        'secret',
        good.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
        body,
      ),
    ).toBe(false);
    const others = [
      good.slice(0, -1),
      `${good}0`,
      good.slice(7),
      good.toUpperCase(),
      '',
      'sha256=',
    ];
    for (const other of others) expect(verify('secret', other, body)).toBe(false);
    expect(verify('secret', sign('secret', body, 'sha1'), body)).toBe(false);
  });
});
