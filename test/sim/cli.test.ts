/** The command line as a user meets it: real processes, real files. How runs end: cli-run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../sim/exit-codes.ts';
import { type Change, type Ended, type Folder, makeFolder, rehearse } from './command.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

/** A complaint in words, the right exit code, and nothing of the program's inside. */
function expectComplaint({ code, out, err }: Ended, exit: number, text: string | RegExp): void {
  expect(err).toMatch(text);
  expect(err).not.toMatch(/\n\s+at |node:internal|bug in Rehearsal/);
  expect(err.trim().split('\n\n'), 'one paragraph').toHaveLength(1);
  expect(out, 'nothing among the results').toBe('');
  expect(code).toBe(exit);
}

describe.concurrent('arguments', () => {
  it('shows help, in all and for a command', async () => {
    const all = await rehearse('--help');
    expect(all).toMatchObject({ code: 0, err: '' });
    expect(all.out).toMatch(/rehearse run <scenarios\.\.>/);
    expect(all.out).toMatch(/rehearse validate <scenarios\.\.>/);
    const run = await rehearse('run', '--help');
    expect(run).toMatchObject({ code: 0, err: '' });
    for (const option of ['clock', 'speed', 'port', 'seed', 'out', 'facts', 'quiet']) {
      expect(run.out).toContain(`--${option}`);
    }
  });

  it('shows the version', async () => {
    const { code, out } = await rehearse('--version');
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(code).toBe(0);
  });

  it('asks for a command', async () => {
    expectComplaint(await rehearse(), EXIT.usage, 'rehearse run');
  });

  it('refuses an unknown command and names the nearest', async () => {
    expectComplaint(await rehearse('bogus'), EXIT.usage, 'bogus');
    expectComplaint(await rehearse('rnu', 'x.yaml'), EXIT.usage, /rnu.*run/);
  });

  it('refuses an unknown option, names the nearest, and does not run', async () => {
    const args = ['run', folder.scenario(), '--out', folder.at('unknown'), '--sed', '3'];
    expectComplaint(await rehearse(...args), EXIT.usage, /sed.*seed/);
    expect(() => folder.result('unknown'), 'nothing is run').toThrow();
  });

  it('asks for a scenario', async () => {
    expectComplaint(await rehearse('run'), EXIT.usage, /argument|scenario/i);
  });

  it.each([
    [['--clock', 'fast'], /clock.*fast|fast.*clock|virtual.*real/s],
    [['--clock', 'real', '--speed', '0'], '--speed takes'],
    [['--speed', '3'], '--speed needs --clock real'],
    [['--port', '80'], '--port needs --clock real'],
    [['--clock', 'real', '--port', '70000'], '--port takes'],
    [['--seed', 'x'], '--seed takes'],
    [['--seed', '1.5'], '--seed takes'],
  ])('refuses %j', async (extra, text) => {
    const args = ['run', folder.scenario(), '--out', folder.at('refused'), ...extra];
    expectComplaint(await rehearse(...args), EXIT.usage, text);
  });
});

describe.concurrent('validate', () => {
  it('says ok for each file', async () => {
    const { code, out, err } = await rehearse('validate', folder.scenario(), folder.scenario());
    expect(out.trim().split('\n')).toHaveLength(2);
    expect(out).toMatch(/scenario-\d+\.yaml: ok \(1 channels?, 1 queues?, 2 reps/);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('names every mistake in every file at once', async () => {
    const one = folder.scenario(['lasts: 10m', 'lasts: 10'], ['60/h', '60']);
    const two = folder.scenario(['within: 5m', 'withn: 5m']);
    const ended = await rehearse('validate', one, two);
    expectComplaint(ended, EXIT.invalidInput, 'withn');
    expect(ended.err.trim().split('\n')).toHaveLength(3);
  });
});

const MISTAKES: readonly (readonly [string, Change, RegExp])[] = [
  ['an unknown key', ['within: 5m', 'withn: 5m'], /:12:\d+ .*did you mean 'within'\?/],
  ['a wrong unit', ['lasts: 10m', 'lasts: 10min'], /:6:8 .*unknown unit 'min'/],
  ['a missing org', ['org: org.yaml', 'org: nowhere.yaml'], /:4:6 .*no such file/],
  ['a negative rate', ['60/h', '-60/h'], /a rate cannot be negative/],
  [
    'a script nobody starts',
    ['arrivals:', '  lurker: { script: [say: Hi] }\narrivals:'],
    /customers\.lurker: never starts/,
  ],
  ['an expect that can never match', ['"yes"', '"pizza"'], /can never match/],
  [
    'a budget on an unknown measure',
    ['serviceLevel(60s) >= 1%', 'p95(frstReply) < 1s'],
    /unknown measure 'frstReply'; did you mean 'firstReply'/,
  ],
];

describe.concurrent('a scenario that is wrong', () => {
  it.each(MISTAKES)('has %s', async (_, change, text) => {
    const args = ['run', folder.scenario(change), '--out', folder.at('wrong')];
    expectComplaint(await rehearse(...args), EXIT.invalidInput, text);
  });

  it('is not there', async () => {
    const missing = folder.at('scenario-x.yaml');
    expectComplaint(await rehearse('run', missing), EXIT.invalidInput, 'no such file');
  });

  it('is a folder', async () => {
    expectComplaint(await rehearse('run', folder.path), EXIT.invalidInput, 'is a directory');
  });

  it('is empty', async () => {
    writeFileSync(folder.at('empty.yaml'), '');
    const ended = await rehearse('run', folder.at('empty.yaml'));
    expectComplaint(ended, EXIT.invalidInput, 'is empty');
  });

  it('keeps the right one beside it from running', async () => {
    const args = ['run', folder.scenario(), folder.at('none.yaml'), '--out', folder.at('beside')];
    expectComplaint(await rehearse(...args), EXIT.invalidInput, 'no such file');
    expect(() => folder.result('beside', 'tiny')).toThrow();
  });
});

describe.concurrent('something in the way', () => {
  it('on the port', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const scenario = folder.scenario(['wire: false', 'wire: true']);
    const real = ['--clock', 'real', '--port', String(port), '--out', folder.at('port')];
    const ended = await rehearse('run', scenario, ...real);
    server.close();
    expectComplaint(ended, EXIT.cannotListen, new RegExp(`${port}.*--port`, 's'));
  });

  it('of the out folder', async () => {
    writeFileSync(folder.at('file'), '');
    const ended = await rehearse('run', folder.scenario(), '--out', folder.at('file'));
    expectComplaint(ended, EXIT.cannotWrite, 'a file of that name is in the way');
    const below = await rehearse('run', folder.scenario(), '--out', folder.at('file', 'x'));
    expectComplaint(below, EXIT.cannotWrite, 'not a folder');
  });

  it('of result.json', async () => {
    mkdirSync(folder.at('blocked', 'result.json'), { recursive: true });
    const ended = await rehearse('run', folder.scenario(), '--out', folder.at('blocked'));
    expectComplaint(ended, EXIT.cannotWrite, 'result.json');
  });

  it('of the facts', async () => {
    const args = ['run', folder.scenario(), '--out', folder.at('facts'), '--facts', folder.path];
    expectComplaint(await rehearse(...args), EXIT.cannotWrite, "can't write the facts");
  });
});
