/** Who comes in, with which data and words; closed models against their formula. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPlan } from '../../sim/run.ts';
import { loadPlan } from '../../sim/scenario.ts';
import type { Fact } from '../../src/facts.ts';
import { textOf } from '../../src/message.ts';
import type { SessionStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { type Changes, changed, GOOD, write } from './scenario/files.ts';

const SIMPLE: Changes = [
  [
    `      - expect: auto
      - expect: { from: rep, matches: "shipped|on its way", within: 5m }
      - think: lognormal(mean 20s, sd 15s)
      - choose: "Yes"
      - leave`,
    '      - expect: auto\n      - leave',
  ],
  ['    channel: { sms-main: 2, whatsapp-main: 1 }\n', '    channel: sms-main\n'],
];

/** All facts of a run of the good scenario with these changes. */
async function factsOf(changes: Changes, files: Readonly<Record<string, string>> = {}) {
  const file = write(changed(GOOD.scenario, [...SIMPLE, ...changes]));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dirname(file), name), text);
  const facts: Fact[] = [];
  const store = createMemoryStore();
  const { result, failure } = await runPlan(loadPlan(file), {
    clock: 'virtual',
    // Closed at the end of a run, and read here afterwards.
    store: { ...store, close: async () => {} },
    onFact: (fact) => facts.push(fact),
  });
  expect(failure).toBeUndefined();
  expect(result.invariants).toEqual([]);
  /** What each conversation's customer said, in the order in which they came. */
  const said = await Promise.all(
    facts.flatMap((fact) => (fact.type === 'arrived' ? [wordsOf(store, fact.endUser)] : [])),
  );
  return { facts, result, said };
}

async function wordsOf(store: SessionStore, endUser: string): Promise<readonly string[]> {
  const all = await store.history(endUser);
  return all.filter(({ actor }) => actor === 'EndUser').map(({ content }) => textOf(content));
}

const arrivedAt = (facts: readonly Fact[]) =>
  facts.flatMap((fact) => (fact.type === 'arrived' ? [fact.at] : []));

describe('bursts', () => {
  it('bring several customers at a time', async () => {
    const at: Changes = [['poisson: 120/h', 'at: [1m, 10m]\n    burst: { size: 3, within: 10s }']];
    const times = arrivedAt((await factsOf(at)).facts);
    expect(times).toHaveLength(6);
    for (const [i, time] of times.entries()) {
      const began = i < 3 ? 60_000 : 600_000;
      expect(time).toBeGreaterThanOrEqual(began);
      expect(time).toBeLessThan(began + 10_000);
    }
    expect(new Set(times).size).toBe(6);
  });
});

describe('a closed model', () => {
  const closed = (customers: number): Changes => [
    ['poisson: 120/h', `closed: { customers: ${customers}, between: exponential(mean 2m) }`],
  ];

  it('never has more conversations at a time than customers', async () => {
    const { facts, result } = await factsOf(closed(5));
    let open = 0;
    let most = 0;
    for (const { type } of facts) {
      if (type === 'arrived') open += 1;
      if (type === 'left') open -= 1;
      most = Math.max(most, open);
    }
    expect(most).toBeLessThanOrEqual(5);
    expect(result.conversations.arrived).toBeGreaterThan(20);
    expect(Math.max(...arrivedAt(facts))).toBeLessThan(3_600_000);
  });
});

describe('data', () => {
  const data = (order: string): Changes => [
    ['poisson: 120/h', 'at: [1m, 2m, 3m, 4m, 5m, 6m, 7m, 8m]'],
    ['  asker:\n', `  asker:\n    data: { file: d.csv, order: ${order} }\n`],
    ['it is {{customer}}', 'it is {{name}}'],
  ];
  const FILES = { 'd.csv': 'name,tier\nAnn,gold\nBob,\nCem,\n' };

  it('goes round the rows in order', async () => {
    const { said } = await factsOf(data('inOrder'), FILES);
    const names = ['Ann', 'Bob', 'Cem', 'Ann', 'Bob', 'Cem', 'Ann', 'Bob'];
    expect(said.map(([first]) => first)).toEqual(names.map((name) => `Hello, it is ${name}`));
  });

  it('may be taken by lot, the same for the same seed', async () => {
    const { said } = await factsOf(data('random'), FILES);
    expect(new Set(said.flat()).size).toBeGreaterThan(1);
    expect((await factsOf(data('random'), FILES)).said).toEqual(said);
    expect(said.map(([first]) => first?.slice(-3))).not.toEqual([
      ...['Ann', 'Bob', 'Cem', 'Ann', 'Bob', 'Cem', 'Ann', 'Bob'],
    ]);
  });

  it('fills in what the business knows of them', async () => {
    const gold: Changes = [
      ...data('inOrder'),
      ['  asker:\n', '  asker:\n    attributes: { tier: "{{tier}}" }\n'],
    ];
    await expect(factsOf(gold, FILES)).resolves.toBeDefined();
  });
});

describe('locales', () => {
  const names = (locale: string): Changes => [
    ['poisson: 120/h', 'constant: 120/h'],
    ['  asker:\n', `  asker:\n    locale: ${locale}\n`],
    ['it is {{customer}}', 'it is {{faker.person.fullName}}'],
  ];

  it('are drawn by their weights', async () => {
    const { said } = await factsOf(names('{ el: 3, ja: 1 }'));
    const greek = said.flat().filter((text) => /\p{Script=Greek}/u.test(text)).length;
    const japanese = said.flat().filter((text) => /\p{Script=Han}/u.test(text)).length;
    expect(greek + japanese).toBe(120);
    // Binomial(120, 0.75): sd 4.7.
    expect(Math.abs(greek - 90)).toBeLessThan(19);
  });
});
