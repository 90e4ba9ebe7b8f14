import { z } from 'zod';
import type { Annotation } from '../../../protocol/gates.ts';
import type { Finding, Report } from './report.ts';

const locationSchema = z.object({
  physicalLocation: z
    .object({
      artifactLocation: z.object({ uri: z.string() }).optional(),
      region: z.object({ startLine: z.int().optional(), startColumn: z.int().optional() }).optional(),
    })
    .optional(),
});

const resultSchema = z.object({
  ruleId: z.string().optional(),
  level: z.string().optional(),
  kind: z.string().optional(),
  message: z.object({ text: z.string().optional(), markdown: z.string().optional() }),
  locations: z.array(locationSchema).optional(),
  suppressions: z.array(z.unknown()).optional(),
});

/** SARIF 2.1.0, as far as a finding at a line needs it. */
const sarifSchema = z.object({
  version: z.literal('2.1.0'),
  runs: z.array(z.object({ results: z.array(resultSchema).nullish() })),
});

/** What a report in SARIF says; null when it is none. */
export function parseSarif(text: string): Report | null {
  const parsed = sarifSchema.safeParse(json(text));
  if (!parsed.success) return null;
  const results = parsed.data.runs.flatMap(({ results: own }) => own ?? []);
  return { tests: null, findings: results.flatMap(findingOf) };
}

function findingOf(result: z.infer<typeof resultSchema>): Finding[] {
  const { ruleId, level, kind = 'fail', message, locations = [], suppressions = [] } = result;
  const place = locations[0]?.physicalLocation;
  const uri = place?.artifactLocation?.uri;
  if (kind !== 'fail' || suppressions.length > 0 || uri === undefined) return [];
  const { startLine = 1, startColumn } = place?.region ?? {};
  const said = message.text ?? message.markdown ?? '';
  return [
    {
      path: pathOf(uri),
      line: Math.max(1, startLine),
      column: startColumn === undefined || startColumn < 1 ? null : startColumn,
      level: levelOf(level),
      message: [ruleId, said].filter((part) => part !== undefined && part !== '').join(': ') || 'A finding',
    },
  ];
}

function pathOf(uri: string): string {
  const path = uri.replace(/^file:\/\//, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** `warning` is what SARIF takes for granted. */
function levelOf(level: string | undefined): Annotation['level'] {
  switch (level) {
    case 'error':
      return 'failure';
    case 'note':
    case 'none':
      return 'notice';
    default:
      return 'warning';
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
