/** Reports as files, next to how they must look: `test/golden/`. Changed on purpose: vitest -u. */
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { measuresCsv } from '../../reports/csv/measures.ts';
import { renderAnnotations } from '../../reports/github/annotations.ts';
import { toJson } from '../../reports/json/json.ts';
import { renderJunit } from '../../reports/junit/junit.ts';
import { renderMarkdown } from '../../reports/markdown/markdown.ts';
import type { RunResult } from '../../reports/result.ts';
import { accepted, conversation, queued, summarise } from './build.ts';

const golden = (name: string) => join(import.meta.dirname, '../golden', name);

/** A run with budgets that are kept, broken and without data, and names that need care. */
function result(): RunResult {
  const facts = [
    ...[1, 2, 3, 4].flatMap((id) => [
      ...conversation(id, 200_000 + id * 1000, 60_000, 'completed'),
      queued(id, 200_000 + id * 1000),
      ...accepted(id, 200_000 + id * 1000, id * 10_000, { rep: 'team-1' }, 2000),
    ]),
  ];
  const budgets = [
    { text: 'serviceLevel(20s) >= 40%', line: 30 },
    { text: 'p95(speedToAnswer) < 30s where channel = sms-main', line: 31 },
    { text: 'p95(firstReply) < 2m', line: 32 },
  ];
  const expectations = [
    { script: 'asks', step: 2, what: 'expects a rep that matches /<yes> & "no"/i', line: 12 },
  ];
  return summarise(facts, {
    budgets,
    expectations,
    scenario: {
      name: 'monday',
      title: 'A | Monday, <b>100%</b>',
      file: 'a,b:c.yaml',
      sha256: 'ab',
    },
  });
}

describe('files', () => {
  it('are Markdown for a pull request', async () => {
    await expect(renderMarkdown(result())).toMatchFileSnapshot(golden('report.md'));
  });

  it('are JUnit XML', async () => {
    const text = renderJunit(result());
    expect(XMLValidator.validate(text)).toBe(true);
    await expect(text).toMatchFileSnapshot(golden('junit.xml'));
  });

  it('are annotations of GitHub', async () => {
    await expect(renderAnnotations(result())).toMatchFileSnapshot(golden('annotations.txt'));
  });

  it('are CSV: a line for each statistic of each row', () => {
    const lines = measuresCsv(result()).split('\r\n');
    expect(lines[0]).toBe('by,id,measure,statistic,value,unit,n');
    expect(lines).toContain(',,speedToAnswer,p95,40000,ms,4');
    expect(lines).toContain('channel,sms-main,serviceLevel,20s,0.5,share,4');
    expect(lines).toContain('queue,second-line,abandonment,share,,share,0');
    expect(lines).toContain('rep,team-1,accepted,count,4,count,4');
    expect(new Set(lines).size).toBe(lines.length);
  });
});

describe('JUnit XML', () => {
  const parse = (run: RunResult) => {
    const options = { ignoreAttributes: false, attributeNamePrefix: '', isArray: () => false };
    return new XMLParser(options).parse(renderJunit(run)).testsuites;
  };

  it('counts failures and errors as budgets are broken or without data', () => {
    const suites = parse(result());
    expect(suites).toMatchObject({ tests: '6', failures: '1', errors: '1', skipped: '0' });
    const byName = new Map(
      suites.testsuite.testcase.map((one: { name: string }) => [one.name, one]),
    );
    expect(byName.get('p95(speedToAnswer) < 30s where channel = sms-main')).toMatchObject({
      file: 'a,b:c.yaml',
      line: '31',
      failure: {
        message: 'measured 40.0 s, bound 30.0 s, misses it by 10.0 s',
        '#text': expect.stringContaining('a,b:c.yaml:31'),
      },
    });
    expect(byName.get('p95(firstReply) < 2m')).toMatchObject({
      error: { message: expect.stringContaining('no data') },
    });
  });

  it('has no two cases of one name, which GitLab would count once', () => {
    const names = parse(result()).testsuite.testcase.map((one: { name: string }) => one.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('fails what nobody got, and the run that was cut off', () => {
    const run = result();
    const [one] = run.expectations;
    if (one === undefined) throw new Error('no expectation');
    const nobody = { ...one, arrived: 4, missed: 4 };
    const cut: RunResult = { ...run, expectations: [nobody], partial: 'interrupted' };
    expect(parse(cut)).toMatchObject({ failures: '2', errors: '2' });
    expect(parse({ ...run, expectations: [{ ...nobody, missed: 3 }] }).failures).toBe('1');
  });

  it('leaves out characters that are no XML', () => {
    const run = result();
    const text = renderJunit({ ...run, invariants: ['broken \u0000 \u001b[31m \ud800 here'] });
    expect(XMLValidator.validate(text)).toBe(true);
  });
});

describe('JSON', () => {
  it('is the same value, with lists of numbers on a line', () => {
    const value = {
      a: [1, null, -2.5e-7],
      b: ['[\n 1,\n 2\n]', [1, 'x']],
      c: [],
      d: { e: [[1], [2]] },
    };
    expect(JSON.parse(toJson(value))).toEqual(value);
    expect(toJson(value)).toContain('"a": [1,null,-2.5e-7]');
  });
});
