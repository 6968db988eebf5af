/** multipart/form-data against an encoder and a decoder that are not ours. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMultipart, writeMultipart } from '../../src/channels/multipart.ts';

describe('what is read', () => {
  it('is what fetch writes', async () => {
    const form = new FormData();
    form.append('json', new Blob(['{"a":"ä"}'], { type: 'application/json' }), 'blob');
    form.append('plain', 'line one\r\n--line two');
    form.append('attachments', new File([Buffer.from([0, 13, 10, 45, 45, 255])], 'a "b".png'));
    const written = new Response(form);
    const type = written.headers.get('content-type') ?? '';
    const parts = readMultipart(type, Buffer.from(await written.arrayBuffer()));
    expect(parts?.map(({ name, filename, contentType }) => [name, filename, contentType])).toEqual([
      ['json', 'blob', 'application/json'],
      ['plain', undefined, ''],
      ['attachments', 'a "b".png', 'application/octet-stream'],
    ]);
    expect(parts?.map(({ body }) => body.toString('latin1'))).toEqual([
      Buffer.from('{"a":"ä"}').toString('latin1'),
      'line one\r\n--line two',
      '\0\r\n--\xff',
    ]);
  });

  it('may have a preamble, an epilogue, a quoted boundary and headers in any case', () => {
    const text =
      'preamble\r\n--b b\r\ncontent-disposition: form-data; name=x\r\n\r\nhi\r\n--b b--\r\nafter';
    const parts = readMultipart('multipart/form-data; boundary="b b"', Buffer.from(text));
    expect(parts).toMatchObject([{ name: 'x', contentType: '' }]);
    expect(parts?.[0]?.body.toString()).toBe('hi');
  });

  it.each([
    ['another type', 'application/json', '{}'],
    ['no boundary', 'multipart/form-data', '--b--'],
    ['cut', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="x"'],
    ['no name', 'multipart/form-data; boundary=b', '--b\r\nA: b\r\n\r\nx\r\n--b--\r\n'],
    ['empty', 'multipart/form-data; boundary=b', ''],
  ])('is nothing when it is %s', (_, type, body) => {
    expect(readMultipart(type, Buffer.from(body))).toBeUndefined();
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, boundary) => {
        readMultipart(`multipart/form-data; boundary=${boundary}`, Buffer.from(bytes));
      }),
    );
  });
});

describe('what is written', () => {
  it('is what fetch reads', async () => {
    const { contentType, body } = writeMultipart(
      [
        { name: 'json', contentType: 'application/json', body: Buffer.from('{"a":1}') },
        { name: 'f"1', filename: 'ü.bin', contentType: 'a/b', body: Buffer.from([1, 13, 10, 2]) },
      ],
      'xyz',
    );
    const read = new Response(new Uint8Array(body), { headers: { 'content-type': contentType } });
    const form = await read.formData();
    expect(form.get('json')).toBe('{"a":1}');
    const file = form.get('f"1') as File;
    expect([file.name, file.type]).toEqual(['ü.bin', 'a/b']);
    expect([...(await file.bytes())]).toEqual([1, 13, 10, 2]);
    expect(readMultipart(contentType, body)?.[1]?.body).toEqual(Buffer.from([1, 13, 10, 2]));
  });
});
