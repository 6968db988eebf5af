import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createWorld, PAGE, PERSON, text } from './world.ts';

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  // What turns to text only with an error.
  fc.constantFrom({ toString: 1 }, { valueOf: 1 }, { length: 3 }, '{', '[{}'),
);
const attachment = fc.record(
  {
    type: fc.oneof(anything, fc.constantFrom('image', 'video', 'template')),
    payload: fc.oneof(
      anything,
      fc.record(
        {
          url: anything,
          attachment_id: anything,
          is_reusable: anything,
          template_type: fc.oneof(anything, fc.constantFrom('button', 'generic', 'media')),
          text: fc.oneof(anything, fc.constant('x')),
          buttons: fc.array(anything),
          elements: fc.array(fc.oneof(anything, fc.record({ title: anything, buttons: anything }))),
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
);
const body = fc.record(
  {
    recipient: fc.oneof(anything, fc.constant({ id: PERSON })),
    message: fc.oneof(
      anything,
      fc.record(
        { text: anything, attachment, quick_replies: fc.array(anything), metadata: anything },
        { requiredKeys: [] },
      ),
    ),
    sender_action: fc.oneof(anything, fc.constant('react')),
    messaging_type: anything,
    tag: anything,
    payload: anything,
    fields: anything,
    subscribed_fields: anything,
    batch: fc.oneof(anything, fc.array(fc.record({ relative_url: anything, body: anything }))),
    include_headers: anything,
    name: anything,
  },
  { requiredKeys: [] },
);

it('whatever it is asked, it answers as Graph does, and phones show what it took', async () => {
  const { endpoints } = createWorld().provider;
  const asked = endpoints.map((endpoint) => endpoint.replace('{pageId}', PAGE).split(' '));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...asked), body, async ([method = '', path = ''], fields) => {
      const world = createWorld();
      await world.run(async () => {
        await world.phone.send(text('hi'));
        const { status, json, headers } = await world.call(method, path, fields);
        expect([200, 400]).toContain(status);
        expect(headers['x-fb-trace-id']).toMatch(/^A/);
        if (status === 400) expect(json.error.fbtrace_id).toBe(headers['x-fb-trace-id']);
      });
    }),
    { numRuns: 300 },
  );
});

it('any bytes, of any type, by any path', async () => {
  const types = ['application/json', 'multipart/form-data; boundary=b', 'text/plain', ''];
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array(),
      fc.constantFrom(...types),
      fc.webPath(),
      async (bytes, type, path) => {
        const { call, account } = createWorld();
        const headers = {
          'content-type': type,
          authorization: `Bearer ${account.accessToken}`,
        };
        for (const url of ['/me/messages', '/', `/${path.replace(/^\/+/, '')}`]) {
          const { status } = await call('POST', url, Buffer.from(bytes), headers);
          expect([200, 400]).toContain(status);
        }
      },
    ),
  );
});
