import { expect, it } from 'vitest';
import { judgeAudit } from './audit-dependencies.ts';

it('a clean report passes', () => {
  expect(judgeAudit('{"auditReportVersion":2,"vulnerabilities":{}}')).toMatchObject({ exitCode: 0 });
});

it('a vulnerability fails, by name', () => {
  const report = { vulnerabilities: { qs: { severity: 'high', via: [] } } };
  expect(judgeAudit(JSON.stringify(report))).toEqual({
    exitCode: 1,
    text: expect.stringContaining('qs: high'),
  });
});

it.each(['', 'not JSON', '{"statusCode":405,"error":{"summary":""}}'])(
  'an answer that is no report is not taken for a clean one: %s',
  (output) => {
    expect(judgeAudit(output)).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('could not be asked'),
    });
  },
);
