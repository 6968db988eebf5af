/** Files that a scenario names beside its org: data, traces, included scripts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../../sim/scenario.ts';
import { type Changes, changed, complaintsOf, GOOD, write } from './files.ts';

/** The good scenario with changes, beside these files. */
function withFiles(files: Readonly<Record<string, string>>, changes: Changes): string {
  const scenario = write(changed(GOOD.scenario, changes));
  for (const [name, text] of Object.entries(files)) {
    const file = join(dirname(scenario), name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return scenario;
}

const DATA: Changes = [['  asker:\n', '  asker:\n    data: orders.csv\n']];
const ORDER: Changes = [['it is {{customer}}', 'it is {{name}}, order {{order}}']];

describe('a data file', () => {
  const CSV = '\ufefforder,name\nA1,"Ann, of Old ""Town"""\nB2,Bob\n';

  it('gives each customer a row of variables', () => {
    const { scripts } = loadPlan(withFiles({ 'orders.csv': CSV }, [...DATA, ...ORDER]));
    expect(scripts[0]?.data).toEqual({
      order: 'inOrder',
      columns: ['order', 'name'],
      rows: [
        { order: 'A1', name: 'Ann, of Old "Town"' },
        { order: 'B2', name: 'Bob' },
      ],
    });
  });

  it('may be JSON, with semicolons or tabs, in any order', () => {
    const json = JSON.stringify([{ order: 7, name: null }, { order: true }]);
    const at = (name: string): Changes => [
      ['  asker:\n', `  asker:\n    data: { file: ${name}, order: random }\n`],
      ...ORDER,
    ];
    const rows = (name: string, text: string) =>
      loadPlan(withFiles({ [name]: text }, at(name))).scripts[0]?.data?.rows;
    expect(rows('a.json', json)).toEqual([{ order: '7', name: '' }, { order: 'true' }]);
    const ann = [{ order: 'A1', name: 'Ann' }];
    expect(rows('a.csv', 'order;name\r\nA1;Ann\r\n')).toEqual(ann);
    expect(rows('a.csv', 'order\tname\nA1\tAnn')).toEqual(ann);
  });

  it('is part of what the run is known by', () => {
    const hash = (text: string) =>
      loadPlan(withFiles({ 'orders.csv': text }, [...DATA, ...ORDER])).sha256;
    expect(hash('order,name\nA1,Ann\n')).not.toBe(hash('order,name\nA1,Bob\n'));
    expect(hash('order,name\nA1,Ann\n')).toBe(hash('order,name\nA1,Ann\n'));
  });

  it.each([
    [
      'that is not there',
      {},
      "shop.yaml:6:11  customers.asker.data: 'orders.csv' (orders.csv): no such file",
    ],
    [
      'without rows',
      { 'orders.csv': 'order,name\n' },
      "customers.asker.data: 'orders.csv' (orders.csv): has no rows",
    ],
    [
      'with a ragged row',
      { 'orders.csv': 'order,name\nA1,Ann\nB2\n' },
      'orders.csv:3:1  CSV: Invalid Record Length',
    ],
    [
      'with a column twice',
      { 'orders.csv': 'order,order\n1,2\n' },
      "the column 'order' occurs twice",
    ],
    [
      'with a taken name',
      { 'orders.csv': 'customer,name,order\n1,Ann,2\n' },
      'orders.csv:1:1  customer: the name is taken',
    ],
    [
      'without a column that is used',
      { 'orders.csv': 'orders,name\n1,Ann\n' },
      "nothing to fill in for {{order}}; did you mean 'orders'?",
    ],
  ])('%s is refused', (_, files, message) => {
    const said = complaintsOf(withFiles(files as Record<string, string>, [...DATA, ...ORDER]));
    expect(said.join('\n')).toContain(message);
  });
});

describe('a trace', () => {
  const ARRIVALS: Changes = [
    [
      `  - customer: asker
    channel: { sms-main: 2, whatsapp-main: 1 }
    poisson: 120/h`,
      '  - trace: monday.csv',
    ],
  ];

  it('becomes a stream for each kind of customer and channel', () => {
    const csv = `at,channel,customer
2026-01-05T09:00:12.5Z,sms-main,asker
2026-01-05T10:00:30+01:00,whatsapp-main,asker
1s,sms-main,asker
`;
    const { arrivals } = loadPlan(withFiles({ 'monday.csv': csv }, ARRIVALS));
    const common = { script: 'asker', pattern: 'listed', stages: [] };
    expect(arrivals).toEqual([
      { ...common, channels: [{ channel: 'sms-main', weight: 1 }], times: [1000, 12_500] },
      { ...common, channels: [{ channel: 'whatsapp-main', weight: 1 }], times: [30_000] },
    ]);
  });

  it('may leave to the scenario who arrives and where', () => {
    const changes: Changes = [['    poisson: 120/h', '    trace: monday.json']];
    const { arrivals } = loadPlan(withFiles({ 'monday.json': '[{ "at": "5s" }]' }, changes));
    expect(arrivals[0]).toMatchObject({ script: 'asker', times: [5000] });
    expect(arrivals[0]?.channels).toHaveLength(2);
  });

  it('is refused row by row', () => {
    const csv = `at,channel,customer
2h,sms-main,asker
2026-01-05 09:00:12,sms-main,asker
2026-01-05T08:59:59Z,smsmain,askr
12,sms-main,
`;
    expect(complaintsOf(withFiles({ 'monday.csv': csv }, ARRIVALS))).toEqual([
      "monday.csv:2:1  at: '2h' is too late: the scenario is over after 1h (lasts)",
      "monday.csv:3:1  at: '2026-01-05 09:00:12' has no time zone; " +
        'write for example 2026-01-05 09:00:12Z',
      "monday.csv:4:1  customer: no customer 'askr'; did you mean 'asker'?",
      "monday.csv:4:1  at: '2026-01-05T08:59:59Z' is before the scenario begins " +
        '(starts: 2026-01-05T09:00:00.000Z)',
      'monday.csv:5:1  customer: names no customer, nor does the arrival',
      'monday.csv:5:1  at: 12 has no unit; write for example 12s',
    ]);
    const other = complaintsOf(withFiles({ 'monday.csv': 'time\n1s\n' }, ARRIVALS));
    expect(other.join('\n')).toContain("needs a column 'at'");
  });
});

describe('an included script', () => {
  const INCLUDE: Changes = [['- say: Hello, it is {{customer}}', '- include: parts/hello.yaml']];

  it('is done in the place of the step, and may include others', () => {
    const files = {
      'parts/hello.yaml': '- say: Hello\n- include: more.yaml\n',
      'parts/more.yaml': '- think: 5s\n',
    };
    const [script] = loadPlan(withFiles(files, INCLUDE)).scripts;
    const think = { do: 'think', for: { name: 'constant', params: { value: 5000 } } };
    expect(script?.steps[0]).toEqual({
      do: 'include',
      file: 'parts/hello.yaml',
      steps: [
        { do: 'say', text: 'Hello' },
        { do: 'include', file: 'more.yaml', steps: [think] },
      ],
    });
  });

  it('is complained of in its own file', () => {
    const files = {
      'parts/hello.yaml':
        '- say: Hello {{nme}}\n- repeat: { times: 2, steps: [include: in.yaml] }\n',
      'parts/in.yaml': '- say: Hi\n- sya: Hi\n',
    };
    expect(complaintsOf(withFiles(files, INCLUDE))).toEqual([
      expect.stringContaining('parts/hello.yaml:1:8  [0].say: nothing to fill in for {{nme}}'),
      "parts/in.yaml:2:3  [1].sya: unknown key; did you mean 'say'?",
    ]);
  });

  it('is refused when it is not there, or includes itself', () => {
    expect(complaintsOf(withFiles({}, INCLUDE))[0]).toContain(
      "customers.asker.script[0].include: 'parts/hello.yaml' (parts/hello.yaml): no such file",
    );
    const files = { 'parts/hello.yaml': '- say: Hello\n- include: ../parts/hello.yaml\n' };
    expect(complaintsOf(withFiles(files, INCLUDE))).toEqual([
      "parts/hello.yaml:2:12  [1].include: '../parts/hello.yaml' includes itself",
    ]);
  });
});
