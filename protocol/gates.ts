import { z } from 'zod';
import { cutTextSchema } from './cut-text-schema.ts';

/** A repository with more has a build tool that runs them together. */
export const MAX_GATES = 30;

/** Of one gate, so that one event holds them. */
export const MAX_GATE_ANNOTATIONS = 50;

/** A gate that takes longer belongs into CI. */
export const DEFAULT_GATE_MINUTES = 10;
export const MAX_GATE_MINUTES = 60;

/** How often Claude gets a failure and tries again by itself: the second try mends most, a fourth rarely does. */
export const DEFAULT_GATE_RETRIES = 2;

/** What of a running gate's output is shown live; the whole is kept on the runner. */
export const MAX_LIVE_GATE_CHARS = 64_000;
export const MAX_GATE_CHUNK_CHARS = 8_000;

const globSchema = z.string().min(1).max(200);

/** A folder below the repository's root. Which folder a name leads to is checked where it runs, links included. */
const directorySchema = z
  .string()
  .max(300)
  .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).*$/, 'must be a folder inside the repository');

export const gateCommandSchema = z.strictObject({
  name: z.string().trim().min(1).max(60).describe('What it is called.'),
  command: z.string().trim().min(1).max(4_000).describe('A shell command; it passes when it exits with 0.'),
  minutes: z.number().positive().max(MAX_GATE_MINUTES).optional().describe('Its time limit.'),
  required: z
    .boolean()
    .optional()
    .describe('Whether work waits for it (`true`, the default) or its failure is only told.'),
  directory: directorySchema.optional().describe('The folder that it runs in.'),
  paths: z
    .array(globSchema)
    .max(50)
    .optional()
    .describe('It runs only when a file that one of these patterns names was changed.'),
  reports: z
    .array(globSchema)
    .max(10)
    .optional()
    .describe('Files in JUnit XML or SARIF that it writes; their findings become annotations.'),
});
export type GateCommand = z.infer<typeof gateCommandSchema>;

export const gateStrengthSchema = z.enum(['required', 'advisory', 'off']);

/** What a repository's own file says about gates. */
export const gatesConfigSchema = z
  .strictObject({
    checks: z
      .array(gateCommandSchema)
      .max(MAX_GATES)
      .refine(
        (gates) => new Set(gates.map(({ name }) => name)).size === gates.length,
        'must have names of their own',
      )
      .describe('Commands that run on the runner when Claude is done.'),
    retries: z
      .int()
      .min(0)
      .max(10)
      .describe('How often Claude gets the output of failed gates and tries again by itself.'),
    protected: z
      .array(globSchema)
      .max(100)
      .describe('Patterns of files that work must not change; an admin can let a change pass.'),
    secrets: gateStrengthSchema.describe('Whether added lines are searched for secrets.'),
    max_files: z.int().positive().max(100_000).describe('Most files that one task may change.'),
    max_lines: z.int().positive().max(10_000_000).describe('Most lines that one task may add and remove.'),
  })
  .partial();
export type GatesConfig = z.infer<typeof gatesConfigSchema>;

export const annotationSchema = z.object({
  path: z.string().min(1).max(500),
  line: z.int().positive(),
  column: z.int().positive().nullable(),
  level: z.enum(['notice', 'warning', 'failure']),
  message: z.string().min(1).max(1_000),
});
export type Annotation = z.infer<typeof annotationSchema>;

/** `generated_tests` are those that Claude wrote for the task, `regression_tests` the ones that were there before. */
export const gateKindSchema = z.enum(['command', 'built_in', 'generated_tests', 'regression_tests']);
export type GateKind = z.infer<typeof gateKindSchema>;

/** `skipped`: nothing that it looks after was changed. `broken`: it could not be run. */
export const gateStatusSchema = z.enum(['passed', 'failed', 'timed_out', 'broken', 'skipped']);
export type GateStatus = z.infer<typeof gateStatusSchema>;

export const testCountsSchema = z.object({
  total: z.int().min(0),
  failed: z.int().min(0),
  skipped: z.int().min(0),
});

export const gateSummarySchema = z.object({
  name: z.string().max(100),
  kind: gateKindSchema,
  required: z.boolean(),
  status: gateStatusSchema,
  /** For people: why it did not pass, or was skipped. */
  detail: z.string().max(1_000).nullable(),
  exitCode: z.int().nullable(),
  durationMs: z.number().min(0),
  /** What its reports count; null without any. */
  tests: testCountsSchema.nullable(),
});
export type GateSummary = z.infer<typeof gateSummarySchema>;

export const gateResultSchema = gateSummarySchema.extend({
  output: cutTextSchema,
  annotations: z.array(annotationSchema).max(MAX_GATE_ANNOTATIONS),
  annotationsCut: z.boolean(),
});
export type GateResult = z.infer<typeof gateResultSchema>;

/** How the gates of a task stand. */
export const taskGatesSchema = z.object({
  /** Those that are over, in their order. */
  results: z.array(gateSummarySchema).max(MAX_GATES + 10),
  /** Those of the round that runs, or ran last. */
  names: z.array(z.string().max(100)).max(MAX_GATES + 10),
  /** How often Claude has tried again because of them. */
  retries: z.int().min(0),
  /** The admin who let the work pass although a required gate failed. */
  overriddenBy: z.string().nullable(),
  /** What Claude wrote in the test phase. */
  generatedTests: z.array(z.string().max(500)).max(200),
});
export type TaskGates = z.infer<typeof taskGatesSchema>;

export const NO_GATES: TaskGates = {
  results: [],
  names: [],
  retries: 0,
  overriddenBy: null,
  generatedTests: [],
};

/** Whether work may go on: advisory gates are only told. */
export function gatesPass(results: readonly Pick<GateSummary, 'required' | 'status'>[]): boolean {
  return results.every(({ required, status }) => !required || status === 'passed' || status === 'skipped');
}
