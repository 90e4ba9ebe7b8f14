import { describe, expect, it } from 'vitest';
import type { LoggedEvent, SessionEvent } from '../../protocol/events.ts';
import { EXAMPLE_SESSION_ANSWER } from '../http/session-examples.ts';
import { fenceText, inlineCode, plainText, quoteMarkdown } from './quote-markdown.ts';
import { streamEvents } from './stream-events.ts';
import { reportWriter } from './write-report.ts';

const { session } = EXAMPLE_SESSION_ANSWER;
const AT = Date.parse('2026-11-20T23:59:58Z');

const log = (events: readonly SessionEvent[]): LoggedEvent[] =>
  events.map((event, index) => ({ id: index + 1, at: AT + index * 1_000, taskId: `${session.id}.1`, event }));

const cut = (text: string) => ({ text, bytes: text.length, cut: false });

function reportOf(events: readonly SessionEvent[], pageSize = 2): Promise<string> {
  const logged = log(events);
  const read = async (after: number) => logged.slice(after, after + pageSize);
  return new Response(streamEvents(read, reportWriter(EXAMPLE_SESSION_ANSWER), logged.length)).text();
}

describe('a report of a session', () => {
  it('tells what was asked, what was done and what it cost, in the order in which it happened', async () => {
    const report = await reportOf([
      { type: 'task.created', number: 1, request: 'Mend *it*', requester: 'mona', source: 'github' },
      { type: 'command.taken', commandId: 1 },
      { type: 'claude.thinking', text: 'Hm.', parent: null },
      {
        type: 'claude.tool_use',
        toolUseId: 't1',
        name: 'Bash',
        input: cut('{"command":"npm test"}'),
        parent: null,
      },
      {
        type: 'claude.tool_result',
        toolUseId: 't1',
        isError: true,
        output: cut('1 failed\n'),
        durationMs: 1_500,
        parent: null,
      },
      { type: 'claude.text', text: 'It is `mended`.', parent: null },
    ]);
    expect(report).toContain(`# ${session.title}\n`);
    expect(report).toContain('| session | `');
    expect(report.slice(report.indexOf('## What happened'))).toBe(
      [
        '## What happened',
        '### Task 1: running',
        '**2026-11-20** (UTC)',
        '`23:59:58` **mona** asked (github):',
        '> Mend *it*',
        '**2026-11-21** (UTC)',
        '`00:00:01` Tool `Bash`',
        '```text\n{"command":"npm test"}\n```',
        '`00:00:02` `Bash` **failed**, 1.5 s',
        '```text\n1 failed\n```',
        '`00:00:03` **Claude**:',
        '> It is `mended`.',
        '---',
        'Written by Signalbox. Tool texts are shortened; the transcript of the session has all of them.\n',
      ].join('\n\n'),
    );
  });

  it('shortens long tool texts and says so', async () => {
    const report = await reportOf([
      {
        type: 'claude.tool_use',
        toolUseId: 't1',
        name: 'Write',
        input: cut('x'.repeat(9_000)),
        parent: null,
      },
    ]);
    expect(report).toContain(`${'x'.repeat(1_000)}\n… (cut; 9000 bytes in all)`);
    expect(report).not.toContain('x'.repeat(1_001));
  });

  it('ends with an error when the session is deleted while it is read', async () => {
    const writer = reportWriter(EXAMPLE_SESSION_ANSWER);
    const read = async (after: number) =>
      after === 0 ? log([{ type: 'command.taken', commandId: 1 }]) : null;
    await expect(new Response(streamEvents(read, writer, 5)).text()).rejects.toThrow('deleted meanwhile');
  });
});

describe('text of others in a report', () => {
  it('neither ends its quotation, nor carries HTML, nor has pictures fetched', () => {
    expect(quoteMarkdown('# a\r\n<script>x</script>\n\n![x](https://evil.example/p.png)')).toBe(
      '> # a\n> &lt;script>x&lt;/script>\n>\n> !\\[x](https://evil.example/p.png)',
    );
  });

  it('keeps its code as it is, also when the fence is never closed', () => {
    expect(quoteMarkdown('```html\n<b>\n````\n<i>\n```\n<u>')).toBe(
      '> ```html\n> <b>\n> ````\n> &lt;i>\n> ```\n> <u>',
    );
    expect(quoteMarkdown('~~~\n```\n<b>')).toBe('> ~~~\n> ```\n> <b>');
  });

  it('can not close its fence or its code span', () => {
    expect(fenceText('a\n`````\n# b')).toBe('``````text\na\n`````\n# b\n``````');
    expect(inlineCode('a `b`\n| c')).toBe('`` a `b` ¦ c ``');
    expect(inlineCode('npm test')).toBe('`npm test`');
  });

  it('is no markup in a heading or a table', () => {
    expect(plainText('[x](y) | <b>\n# *z*')).toBe('\\[x\\]\\(y\\) \\| \\<b\\> \\# \\*z\\*');
  });
});
