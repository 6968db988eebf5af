/** The house rules are code too: each is shown what it must catch, and what it must let pass. */
import { describe, expect, it } from 'vitest';
import { ambientImports, ambientUses } from './ambient.ts';
import { bare, importsOf, withoutComments } from './code.ts';
import { readMap } from './map.ts';
import { forbiddenImports, packageOf } from './walls.ts';

describe('bare', () => {
  it.each([
    ['a // Date.now()\nb', 'a              \nb'],
    ['a /* x\ny */ b', 'a     \n     b'],
    ["f('it\\'s // no', 2)", "f('           ', 2)"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text to be scanned
    ['`a ${f(`b ${1}`)} c`', '`  ${f(`  ${1}`)}  `'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text to be scanned
    ['`${{ a: 1 }.a}x` + y', '`${{ a: 1 }.a} ` + y'],
    ['x.replace(/["\'`]/g, y)', 'x.replace(/      g, y)'],
    ['a / b / c // d', 'a / b / c     '],
  ])('sees through %j', (source, expected) => {
    expect(bare(source)).toBe(expected);
  });

  it('keeps strings when only comments go', () => {
    expect(withoutComments("import a from 'a'; // 'b'")).toBe("import a from 'a';       ");
  });
});

it('finds every kind of import', () => {
  const source = [
    "import 'side';",
    "import one, { type Two } from './one.ts';",
    'import type {',
    '  Three,',
    "} from './three.ts';",
    "export * from './four.ts';",
    "export type { Five } from './five.ts';",
    "const six = await import('./six.ts');",
    "// import no from './no.ts';",
    'const text = "import no from \'./no.ts\'";',
  ].join('\n');
  const found = importsOf(source).map(({ from, typeOnly }) => `${from}${typeOnly ? ' type' : ''}`);
  expect(found.sort()).toEqual(
    ['side', './one.ts', './three.ts type', './four.ts', './five.ts type', './six.ts'].sort(),
  );
});

describe('ambient calls', () => {
  it.each([
    'Date.now()',
    'new Date()',
    'new Date',
    'performance.now()',
    'const { now } = performance;',
    'setTimeout(f)',
    'globalThis.setInterval(f)',
    'new Promise(setImmediate)',
    'process.nextTick(f)',
    'process.env.HOME',
    'const { env } = process;',
    'process.exit(1)',
    'Math.random()',
    'crypto.randomUUID()',
    'console.log(1)',
    'AbortSignal.timeout(5)',
  ])('catches %s', (source) => {
    expect(ambientUses('src/x.ts', source)).not.toEqual([]);
  });

  it.each([
    'new Date(0)',
    "new Date('2026-01-05')",
    'new Date(at).toISOString()',
    'clock.now()',
    'req.setTimeout(5)',
    'const processes = new Set(); processes.add(process)',
    '// Date.now()',
    '"console.log(1)"',
    'Date.UTC(2026, 0)',
    'let t: ReturnType<Clock["after"]>',
  ])('lets %s pass', (source) => {
    expect(ambientUses('src/x.ts', source)).toEqual([]);
  });

  it('catches the same by another door', () => {
    const source = "import { setTimeout } from 'node:timers/promises';\nimport p from 'process';";
    expect(ambientImports('src/x.ts', source)).toHaveLength(2);
    expect(ambientImports('src/x.ts', "import { process } from './process.ts';")).toEqual([]);
  });
});

describe('walls', () => {
  it.each([
    ['src/stack.ts', '../sim/run.ts'],
    ['src/router/match.ts', '../../reports/result.ts'],
    ['mock-providers/server.ts', '../sim/run.ts'],
    ['mock-providers/sms/api.ts', '../../src/channels/sms/adapter.ts'],
    ['mock-providers/sms/api.ts', '../whatsapp/api.ts'],
    ['src/channels/sms/wire.ts', '../whatsapp/wire.ts'],
    ['reports/fold.ts', '../src/facts.ts'],
    ['reports/fold.ts', '../sim/run.ts'],
    ['sim/run.ts', '../test/contracts/clock.ts'],
    ['sim/run.ts', '../bench/validate.ts'],
  ])('stops %s importing %s', (file, from) => {
    expect(forbiddenImports(file, `import { a } from '${from}';`)).toHaveLength(1);
  });

  it.each([
    ['reports/fold.ts', "import type { Fact } from '../src/facts.ts';"],
    ['sim/run.ts', "import { a } from '../reports/result.ts';"],
    ['mock-providers/sms/api.ts', "import { a } from '../../src/channels/sms/wire.ts';"],
    ['sim/version.ts', "import { a } from 'yaml'; import { b } from 'node:fs';"],
  ])('lets %s %s', (file, source) => {
    expect(forbiddenImports(file, source)).toEqual([]);
  });

  it('knows packages from files and from Node', () => {
    expect(['zod', '@a/b/c.js', 'yargs/helpers', 'node:fs', './x.ts', 'fs'].map(packageOf)).toEqual(
      ['zod', '@a/b', 'yargs', undefined, undefined, 'fs'],
    );
  });
});

it('reads a map as a table or as a tree', () => {
  const map = readMap(
    [
      '# A',
      '`other/`',
      '## Where things are',
      '| `src/router/` `src/clock/` | start with `src/ports.ts`, and/or `result.json` |',
      '```',
      'sim/        time',
      '  k6/       load',
      '## not a heading here',
      'src/channels/<name>/   one each',
      '```',
      '## After',
      '`after/`',
    ].join('\n'),
  );
  const named = map?.claims.flatMap(({ candidates }) => candidates);
  expect(named).toEqual(expect.arrayContaining(['src/router', 'src/clock', 'sim', 'sim/k6']));
  expect(named).not.toContain('other');
  expect(named).not.toContain('after');
  expect(map?.claims.map(({ text }) => text)).not.toContain('and/');
  expect(map?.files.map(({ text }) => text)).toEqual(['src/ports.ts']);
  expect(readMap('# Nothing here')).toBeUndefined();
});
