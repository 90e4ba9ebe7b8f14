import { expect, it } from 'vitest';
import { parseJUnit } from './parse-junit.ts';
import { parseSarif } from './parse-sarif.ts';

it('reads the failures and the counts of JUnit XML', () => {
  const report = parseJUnit(`<?xml version="1.0"?>
    <testsuites><testsuite name="src/sum.test.ts" file="src/sum.test.ts">
      <testcase classname="sum" name="adds &amp; carries"><failure message="expected 2 to be 3">at src/sum.test.ts:12:5</failure></testcase>
      <testcase classname="sum" name="works"/>
      <testcase classname="sum" name="later"><skipped/></testcase>
    </testsuite></testsuites>`);
  expect(report).toEqual({
    tests: { total: 3, failed: 1, skipped: 1 },
    findings: [
      {
        path: 'src/sum.test.ts',
        line: 12,
        column: 5,
        level: 'failure',
        message: 'sum › adds & carries: expected 2 to be 3',
      },
    ],
  });
});

it('reads a single suite, and a failure that is text alone', () => {
  const report = parseJUnit(
    '<testsuite><testcase name="a" file="a_test.py" line="3"><error>Traceback</error></testcase></testsuite>',
  );
  expect(report?.findings).toEqual([
    { path: 'a_test.py', line: 3, column: null, level: 'failure', message: 'a: Traceback' },
  ]);
});

it.each([
  ['other XML', '<html><body/></html>'],
  ['no XML', '<<<'],
  ['entities of its own', '<!DOCTYPE x [<!ENTITY a "aaaa">]><testsuite><testcase name="&a;"/></testsuite>'],
])('takes %s for no report of tests', (_what, text) => {
  expect(parseJUnit(text)).toBeNull();
});

it('reads the findings of SARIF, without those that were suppressed', () => {
  const place = { artifactLocation: { uri: 'src/a%20b.ts' }, region: { startLine: 4, startColumn: 2 } };
  const result = {
    ruleId: 'no-eval',
    level: 'error',
    message: { text: 'eval is evil' },
    locations: [{ physicalLocation: place }],
  };
  const report = parseSarif(
    JSON.stringify({
      version: '2.1.0',
      runs: [{ results: [result, { ...result, suppressions: [{}] }, { ...result, kind: 'pass' }] }],
    }),
  );
  expect(report).toEqual({
    tests: null,
    findings: [
      { path: 'src/a b.ts', line: 4, column: 2, level: 'failure', message: 'no-eval: eval is evil' },
    ],
  });
  expect(parseSarif('{"version":"1"}')).toBeNull();
});
