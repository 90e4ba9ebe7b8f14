import { join } from 'node:path';
import type { Stack } from '../../local/stack/start-stack.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../protocol/exports.ts';
import { fillRecord, PER_SESSION } from '../api-reads/fill-record.ts';
import type { Benchmark, BenchmarkContext, Measure, Report } from '../benchmark.ts';
import { amount } from '../report/measures.ts';
import { useWorld } from '../world/use-world.ts';
import { memoryOf, watchCpu, workerdOf } from '../world/watch-cpu.ts';
import { type ReadExport, readExport } from './read-export.ts';

/** All of one account, so that one request gives them all. */
const ROWS = 1_000_000;
const QUICK_ROWS = 200_000;
/** Of each format; the whole is exported in one of them. */
const PART_ROWS = 100_000;
const ACCOUNT = 'github:1';

/** A reader that stands still for so long would fill a server that reads on. */
const PAUSE_MS = 5_000;

const SAMPLE_MS = 100;

const METHOD = [
  `The record holds ${ROWS.toLocaleString('en-US')} tool calls of one account, ${PER_SESSION.commandLogs} a session, with some 350 bytes of text each. They are
exported over HTTP from the Worker, ${PART_ROWS.toLocaleString('en-US')} in each format and all in one request as JSON lines, and counted. The memory of
the Worker's process (PSS) is read every ${SAMPLE_MS} ms; what it grows by is its highest value less the one before the first
request. The last request is that for all rows: if the Worker kept what it has sent, its process would grow by all of it.`,
  `Once more the reader takes nothing for ${PAUSE_MS / 1_000} s after the first bytes.`,
];

const BOUND = `The Worker's thread: it parses libSQL's answers, in which each value is an object of its own, and writes rows.
The memory is a page or two on their way, and what V8 has not collected yet.`;

export const exportRows: Benchmark = {
  name: 'exports',
  limitMs: 1_200_000,
  run: (context) => useWorld({}, ({ stack }) => measure(stack, context)),
};

async function measure(stack: Stack, { quick, signal, say }: BenchmarkContext): Promise<Report> {
  const rows = quick ? QUICK_ROWS : ROWS;
  fillRecord(join(stack.dataDir, 'record.db'), rows / PER_SESSION.commandLogs, 'one_account');
  say(`${rows} tool calls are in the record`);
  const cpu = await watchCpu(stack);
  const before = await memoryOf((await workerdOf(stack)).pid);
  const measures: Measure[] = [];
  const take = async (name: string, format: ExportFormat, limit: number, pauseMs: number) => {
    const one = await measureOne(stack, { name, format, limit, pauseMs, signal, before });
    measures.push(...one.measures);
    say(`exported: ${name}`);
    return one.grownMb;
  };
  for (const format of EXPORT_FORMATS) await take(format, format, PART_ROWS, 0);
  const part = await take('ndjson, to a reader that stands still at first', 'ndjson', PART_ROWS, PAUSE_MS);
  const whole = await take('ndjson, all rows', 'ndjson', rows, 0);
  const times = `what the Worker's process has grown by: all rows, against ${PART_ROWS.toLocaleString('en-US')}`;
  measures.push({ type: 'ratio', label: times, value: whole / part, targets: ['exportMemory'] });
  return {
    title: `Export of ${rows.toLocaleString('en-US')} tool calls`,
    method: METHOD,
    measures,
    notes: [await cpu.describe()],
    bound: BOUND,
  };
}

type One = {
  name: string;
  format: ExportFormat;
  limit: number;
  pauseMs: number;
  signal: AbortSignal;
  /** MB of the Worker's process before all exports. */
  before: number;
};

async function measureOne(
  stack: Stack,
  { name, format, limit, before, ...how }: One,
): Promise<{ measures: Measure[]; grownMb: number }> {
  const path = `/api/exports/logs?account=${ACCOUNT}&format=${format}&limit=${limit}`;
  const { result, highestMb } = await watchMemory(stack, () => readExport(stack, path, how));
  const grownMb = highestMb - before;
  const measures: Measure[] = [
    amount(`rows a second, ${name}`, 'a second', [result.rows / (result.wholeMs / 1_000)]),
    amount(`first byte, ${name}`, 'ms', [result.firstByteMs]),
    amount(`size, ${name}`, 'MB', [result.bytes / 1_000_000]),
    amount(`the Worker's process has grown by, ${name}`, 'MB', [grownMb]),
    {
      type: 'faults',
      label: `rows lost or doubled, ${name}`,
      value: Math.abs(rowsIn(result, format) - limit),
    },
  ];
  return { measures, grownMb };
}

/** Lines beside the rows: of CSV the header, of JSON the first and the last. */
function rowsIn({ rows }: ReadExport, format: ExportFormat): number {
  switch (format) {
    case 'ndjson':
      return rows;
    case 'csv':
      return rows - 1;
    case 'json':
      return rows - 2;
  }
}

async function watchMemory<T>(
  stack: Stack,
  work: () => Promise<T>,
): Promise<{ result: T; highestMb: number }> {
  const { pid } = await workerdOf(stack);
  let highest = 0;
  const timer = setInterval(() => {
    void memoryOf(pid).then((mb) => {
      highest = Math.max(highest, mb);
    });
  }, SAMPLE_MS);
  try {
    return { result: await work(), highestMb: Math.max(highest, await memoryOf(pid)) };
  } finally {
    clearInterval(timer);
  }
}
