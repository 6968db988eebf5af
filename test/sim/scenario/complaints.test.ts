import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError, loadPlan } from '../../../sim/scenario.ts';
import { type Changes, changed, complaints, complaintsOf, GOOD, load, write } from './files.ts';
import { ORG, SCENARIO, SURPRISES } from './mistakes.ts';

describe('in a scenario', () => {
  for (const [mistake, [changes, ...said]] of Object.entries(SCENARIO)) {
    it(`says what is wrong with ${mistake}`, () => {
      expect(complaints({ scenario: changes })).toEqual(said.map((one) => `shop.yaml:${one}`));
    });
  }
});

describe('in an org', () => {
  for (const [mistake, [changes, ...said]] of Object.entries(ORG)) {
    it(`says what is wrong with ${mistake}`, () => {
      const rest = mistake === 'a pool that swallows a rep' ? MORE_REPS : [];
      expect(complaints({ org: changes, scenario: rest })).toEqual(
        said.map((one) => `orgs/shop.yaml:${one}`),
      );
    });
  }

  for (const [surprise, [changes, ...said]] of Object.entries(SURPRISES)) {
    it(`takes ${surprise}, and warns`, () => {
      const { warnings } = load({ org: changes });
      expect(warnings).toEqual(said.map((one) => expect.stringContaining(`orgs/shop.yaml:${one}`)));
    });
  }

  it('warns of nothing in an org that works', () => {
    expect(load({}).warnings).toEqual([]);
  });

  it('asks for the behaviour of every pool', () => {
    const more: Changes = [
      ['reps:', 'reps:\n  second: { queues: [front-line], presenceConfig: chat }'],
    ];
    expect(complaints({ org: more })).toEqual([
      'shop.yaml:18:1  reps: add an entry for second, or one named default',
    ]);
  });

  it('allows direct channels without wire only', () => {
    const direct: Changes = [['type: sms', 'type: direct']];
    expect(complaints({ org: direct })).toEqual([
      "shop.yaml:16:26  arrivals[0].channel.sms-main: 'sms-main' is direct: " +
        'it has no wire format, so set wire: false',
    ]);
    const plan = load({ org: direct, scenario: [['lasts: 1h', 'lasts: 1h\nwire: false']] });
    expect(plan.org.channels['sms-main']?.type).toBe('direct');
  });
});

const MORE_REPS: Changes = [['  front-line:\n', '  default: {}\n  front-line:\n']];

describe('with several mistakes', () => {
  it('says them all at once, file by file from top to bottom', () => {
    const said = complaints({
      scenario: [
        ['lasts: 1h', 'lasts: 60'],
        ['customer: asker', 'customer: askr'],
        ['120/h', '-3/h'],
      ],
      org: [
        ['capacity: 3', 'capcity: 3'],
        ['queue: front-line', 'queue: front'],
      ],
    });
    expect(said.map((one) => one.split(' ')[0])).toEqual([
      'shop.yaml:3:8',
      'shop.yaml:15:15',
      'shop.yaml:17:14',
      'orgs/shop.yaml:6:12',
      'orgs/shop.yaml:18:3',
      'orgs/shop.yaml:18:11',
    ]);
  });

  it('carries them as data', () => {
    const file = write(changed(GOOD.scenario, [['lasts: 1h', 'lasts: 60']]));
    try {
      loadPlan(file);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).complaints).toEqual([
        { file, line: 3, column: 8, path: 'lasts', message: expect.stringContaining('no unit') },
      ]);
    }
  });

  it('reports budgets that the reports refuse, at their line', () => {
    const text = GOOD.scenario.replace('where channel = sms-main', 'where queue = nowhere');
    expect(complaintsOf(write(text))).toEqual([
      expect.stringMatching(/^shop.yaml:25:5 {2}budgets\[1\]: unknown queue 'nowhere'/),
    ]);
    expect(complaintsOf(write(GOOD.scenario.replace('p95(', 'p95th(')))).toEqual([
      expect.stringMatching(/^shop.yaml:25:5 {2}budgets\[1\]: .*p95/),
    ]);
  });
});

describe('whatever is in the files', () => {
  it('ends in a plan or in complaints, never in another error', () => {
    const scraps = [
      '{',
      '}',
      '[',
      ': ',
      '- ',
      '\n',
      '  ',
      '&a ',
      '*a',
      '<<: ',
      'null',
      '-1',
      '"',
      '~',
    ];
    const edit = fc.record({
      at: fc.nat(GOOD.scenario.length),
      cut: fc.nat(12),
      put: fc.oneof(fc.constantFrom(...scraps), fc.string({ maxLength: 3 })),
    });
    const damage = (text: string, edits: readonly { at: number; cut: number; put: string }[]) =>
      edits.reduce((now, { at, cut, put }) => now.slice(0, at) + put + now.slice(at + cut), text);
    const edits = fc.array(edit, { maxLength: 3 });
    fc.assert(
      fc.property(edits, edits, (inScenario, inOrg) => {
        complaintsOf(write(damage(GOOD.scenario, inScenario), damage(GOOD.org, inOrg)));
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe('files that cannot be read', () => {
  it('names a missing org as written and as looked for, and the nearest there is', () => {
    const file = write(changed(GOOD.scenario, [['orgs/shop.yaml', 'orgs/shp.yaml']]));
    expect(complaintsOf(file)).toEqual([
      "shop.yaml:2:6  org: 'orgs/shp.yaml' (orgs/shp.yaml): no such file; " +
        "did you mean 'orgs/shop.yaml'?",
    ]);
  });

  it('still checks the scenario when the org is missing', () => {
    const changes: Changes = [
      ['orgs/shop.yaml', 'nowhere.yaml'],
      ['lasts: 1h', 'lasts: 1'],
    ];
    expect(complaintsOf(write(changed(GOOD.scenario, changes)))).toHaveLength(2);
  });

  it('names the nearest scenario', () => {
    const file = join(dirname(write(GOOD.scenario)), 'shpo.yaml');
    expect(complaintsOf(file)).toEqual(["shpo.yaml  no such file; did you mean 'shop.yaml'?"]);
  });

  it('says what else may be the matter', () => {
    expect(complaintsOf(write(''))).toEqual(['shop.yaml  is empty']);
    expect(complaintsOf(write('# nothing but this\n'))).toEqual(['shop.yaml  is empty']);
    expect(complaintsOf(write('- a list'))).toEqual([
      'shop.yaml:1:1  expected a map, found a list',
    ]);
    expect(complaintsOf(write(new Uint8Array([0xff, 0xfe, 0x41, 0])))).toEqual([
      'shop.yaml  is not UTF-8 text',
    ]);
    expect(complaintsOf(write(GOOD.scenario, ''))).toEqual([
      "shop.yaml:2:6  org: 'orgs/shop.yaml' (orgs/shop.yaml): is empty",
    ]);
  });

  it('does not take a directory for a file', () => {
    const folder = dirname(write(GOOD.scenario));
    mkdirSync(join(folder, 'more'));
    writeFileSync(join(folder, 'more/one.yaml'), '');
    expect(complaintsOf(join(folder, 'more'))).toEqual([
      'more  is a directory, not a file; it holds one.yaml',
    ]);
  });

  it('places YAML syntax errors, in either file', () => {
    const [unclosed] = complaintsOf(
      write(changed(GOOD.scenario, [['"Yes", "No"]', '"Yes", "No"']])),
    );
    expect(unclosed).toMatch(/^shop\.yaml:\d+:\d+ {2}YAML syntax: /);
    const org = changed(GOOD.org, [['capacity: 3 }', 'capacity: 3']]);
    expect(complaintsOf(write(GOOD.scenario, org))[0]).toMatch(
      /^orgs\/shop\.yaml:\d+:\d+ {2}YAML syntax: /,
    );
    expect(complaints({ scenario: [['lasts: 1h', '\tlasts: 1h']] })[0]).toMatch(/YAML syntax/);
  });

  it('refuses a key that occurs twice', () => {
    expect(complaints({ scenario: [['lasts: 1h', 'lasts: 1h\nlasts: 2h']] })).toEqual([
      "shop.yaml:4:1  the key 'lasts' occurs twice in one map",
    ]);
  });
});
