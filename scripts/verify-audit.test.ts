import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type AuditEntry, auditHashInput, EMPTY_AUDIT_HEAD } from '../protocol/audit.ts';

function linesOf(count: number): AuditEntry[] {
  const lines: AuditEntry[] = [];
  for (let number = 1; number <= count; number += 1) {
    const line = {
      account: 'local',
      number,
      at: number,
      actor: { kind: 'admin_key' as const, id: null, name: 'admin' },
      action: 'task.created',
      target: { kind: 'task', id: `x.${number}`, name: null },
      outcome: 'done' as const,
      problem: null,
      address: null,
      userAgent: null,
      details: {},
      previousHash: lines.at(-1)?.hash ?? EMPTY_AUDIT_HEAD.hash,
    };
    lines.push({ ...line, hash: createHash('sha256').update(auditHashInput(line)).digest('hex') });
  }
  return lines;
}

function verify(lines: readonly AuditEntry[], args: string[] = []): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const script = join(import.meta.dirname, 'verify-audit.ts');
    const child = execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: (stdout + stderr).trim() });
    });
    child.stdin?.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });
}

it('says up to where an exported audit log is intact, also of a part, and where it breaks', async () => {
  const lines = linesOf(3);
  const hash = lines[2]?.hash;
  expect(await verify(lines)).toEqual({ code: 0, said: `Intact up to line 3, whose hash is ${hash}.` });
  const part = ['1', lines[0]?.hash ?? ''];
  expect(await verify(lines.slice(1), part)).toEqual({
    code: 0,
    said: `Intact up to line 3, whose hash is ${hash}.`,
  });
  const without = lines.filter(({ number }) => number !== 2);
  expect(await verify(without)).toEqual({ code: 1, said: 'Broken at line 2: missing.' });
});
