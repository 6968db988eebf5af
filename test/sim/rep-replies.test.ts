/** What reps say beside words, as a scenario file has it. */
import { expect, it } from 'vitest';
import { complaints, load } from './scenario/files.ts';

const ASK = '- { text: Was that all?, choices: ["Yes", "No"] }';

const last = (reply: string) =>
  load({ scenario: [[ASK, `${ASK}\n      - ${reply}`]] }).reps['front-line']?.replies.at(-1);

it('may be a file, by its address', () => {
  expect(last('{ text: Look, media: "https://x.test/a.pdf" }')).toEqual({
    text: 'Look',
    media: { url: 'https://x.test/a.pdf', mimeType: 'application/pdf' },
  });
});

it('may be a template, with what its places are filled with', () => {
  expect(last('{ text: Hello Ann, template: { name: hello, parameters: [Ann] } }')).toEqual({
    text: 'Hello Ann',
    template: { name: 'hello', language: 'en_US', parameters: ['Ann'] },
  });
});

it('is one thing at a time', () => {
  const both = '{ text: x, media: "https://x.test/a", template: { name: y } }';
  const [first] = complaints({ scenario: [[ASK, `${ASK}\n      - ${both}`]] });
  expect(first).toContain('choices, media and template do not go together');
});
