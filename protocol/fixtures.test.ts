import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { controlEventSchema } from './control-events.ts';
import { controlFromRunnerSchema, controlToRunnerSchema } from './control-socket.ts';
import { runnerEventSchema, sessionEventSchema } from './events.ts';
import { fixtureSchemas, fixturesOf } from './fixtures/read-fixtures.ts';
import { gitTokenBodySchema } from './git-access.ts';
import { submitAnswerSchema } from './http.ts';
import { jobCommandSchema } from './job.ts';
import { jobFromRunnerSchema, jobToRunnerSchema } from './job-socket.ts';
import { jobOutcomeSchema } from './outcome.ts';
import { toViewerSchema } from './viewer-socket.ts';
import { gitRefSchema, workspaceSchema } from './workspace.ts';

/** Each union of the wire, and the key that tells its variants apart. */
const UNIONS = {
  'control-event': [controlEventSchema, 'type'],
  'control-from-runner': [controlFromRunnerSchema, 'type'],
  'control-to-runner': [controlToRunnerSchema, 'type'],
  'git-ref': [gitRefSchema, 'kind'],
  'git-token-body': [gitTokenBodySchema, 'access'],
  'job-command': [jobCommandSchema, 'type'],
  'job-from-runner': [jobFromRunnerSchema, 'type'],
  'job-outcome': [jobOutcomeSchema, 'type'],
  'job-to-runner': [jobToRunnerSchema, 'type'],
  'runner-event': [runnerEventSchema, 'type'],
  'submit-answer': [submitAnswerSchema, 'outcome'],
  'to-viewer': [toViewerSchema, 'type'],
  workspace: [workspaceSchema, 'type'],
} as const satisfies Record<string, readonly [Union, string]>;

type Union = z.ZodType & { options: readonly { shape: Record<string, z.ZodType> }[] };

/** The variants that a schema knows, by the values its key may have. */
function variantsOf([union, key]: readonly [Union, string]): string[] {
  return union.options.flatMap((option) => {
    const literal = option.shape[key];
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
}

describe.each(Object.entries(UNIONS))('%s', (name, [schema, key]) => {
  it('has one golden document for each variant', () => {
    const variants = fixturesOf(name).map(([variant]) => variant);
    expect(variants.sort()).toEqual(variantsOf([schema, key]).sort());
  });

  it.each(fixturesOf(name))('reads %s and gives it back unchanged', (variant, document) => {
    expect(schema.parse(document)).toEqual(document);
    expect(document).toHaveProperty([key], variant);
  });

  it.each(fixturesOf(name))('refuses %s under a name that it does not know', (_variant, document) => {
    expect(schema.safeParse({ ...(document as object), [key]: 'unheard-of' }).success).toBe(false);
  });
});

describe('the golden documents', () => {
  it('belong to a schema, all of them', () => {
    expect(fixtureSchemas()).toEqual(Object.keys(UNIONS).sort());
  });

  it('of events are events of a session', () => {
    for (const [, document] of [...fixturesOf('runner-event'), ...fixturesOf('control-event')]) {
      expect(sessionEventSchema.parse(document)).toEqual(document);
    }
  });
});
