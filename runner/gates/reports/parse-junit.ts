import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { Finding, Report } from './report.ts';

/** Nothing in a report is needed that an entity stands for but the five of XML; a list of them could grow without end. */
const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  textNodeName: 'text',
  processEntities: true,
  htmlEntities: false,
  isArray: (name) => ['testsuite', 'testcase', 'failure', 'error', 'skipped'].includes(name),
});

/** Deeper nesting is no report. */
const MAX_DEPTH = 20;

const textSchema = z.union([
  z.string().transform((text) => ({ text, message: undefined })),
  z.object({ text: z.string().optional(), message: z.string().optional() }),
]);
const caseSchema = z.object({
  name: z.string().default(''),
  classname: z.string().optional(),
  file: z.string().optional(),
  line: z.string().optional(),
  failure: z.array(textSchema).optional(),
  error: z.array(textSchema).optional(),
  skipped: z.array(z.unknown()).optional(),
});
type Case = z.infer<typeof caseSchema>;

const suiteSchema = z.object({
  file: z.string().optional(),
  testcase: z.array(caseSchema).optional(),
  testsuite: z.array(z.unknown()).optional(),
});

const rootSchema = z.union([
  z.object({ testsuites: z.union([suiteSchema, z.string()]) }),
  z.object({ testsuite: z.array(z.unknown()) }),
]);

/** What a report in JUnit's XML says; null when it is none. */
export function parseJUnit(xml: string): Report | null {
  if (xml.includes('<!DOCTYPE')) return null;
  try {
    const root = rootSchema.safeParse(PARSER.parse(xml));
    if (!root.success) return null;
    const found: Found[] = [];
    if ('testsuite' in root.data) collect({ testsuite: root.data.testsuite }, undefined, found, 0);
    else if (typeof root.data.testsuites !== 'string') collect(root.data.testsuites, undefined, found, 0);
    return reportOf(found);
  } catch {
    return null;
  }
}

type Found = { one: Case; file: string | undefined };

function collect(suite: unknown, file: string | undefined, found: Found[], depth: number): void {
  const parsed = suiteSchema.safeParse(suite);
  if (!parsed.success || depth > MAX_DEPTH) return;
  const own = parsed.data.file ?? file;
  for (const one of parsed.data.testcase ?? []) found.push({ one, file: own });
  for (const inner of parsed.data.testsuite ?? []) collect(inner, own, found, depth + 1);
}

function reportOf(found: readonly Found[]): Report {
  const failed = found.filter(({ one }) => problemsOf(one).length > 0);
  const skipped = found.filter(({ one }) => one.skipped !== undefined);
  return {
    tests: { total: found.length, failed: failed.length, skipped: skipped.length },
    findings: failed.flatMap(({ one, file }) => findingOf(one, file)),
  };
}

const problemsOf = ({ failure = [], error = [] }: Case) => [...failure, ...error];

/** A place in a stack: `(src/sum.test.ts:12:5)`, `at src/sum.test.ts:12`. */
const PLACE =
  /(?:^|[\s(])(?:file:\/\/)?(?<path>[^\s():]{1,400}\.\w{1,10}):(?<line>\d{1,7})(?::(?<column>\d{1,6}))?/m;

function findingOf(one: Case, file: string | undefined): Finding[] {
  const [problem] = problemsOf(one);
  const text = [problem?.message, problem?.text].filter((part) => part !== undefined).join('\n');
  const place = placeIn(text, one.file ?? file) ?? PLACE.exec(text)?.groups;
  const path = one.file ?? file ?? place?.path;
  const line = Number(one.line ?? place?.line ?? 1);
  if (path === undefined) return [];
  const said = problem?.message ?? problem?.text?.trim().split('\n')[0] ?? '';
  const name = [one.classname, one.name].filter((part) => part !== undefined && part !== '').join(' › ');
  const message = [name, said].filter((part) => part !== '').join(': ');
  const column = one.line === undefined && place?.column !== undefined ? Number(place.column) : null;
  return [{ path, line: line > 0 ? line : 1, column, level: 'failure', message: message || 'failed' }];
}

/** The first place in the file that the report itself names. */
function placeIn(text: string, file: string | undefined): Record<string, string> | undefined {
  if (file === undefined) return undefined;
  const all = text.matchAll(new RegExp(PLACE.source, 'gm'));
  return [...all].map(({ groups }) => groups).find((groups) => groups?.path?.endsWith(file) === true);
}
