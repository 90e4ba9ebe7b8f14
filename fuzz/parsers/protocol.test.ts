import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { z } from 'zod';
import { attachmentSchema } from '../../protocol/attachments.ts';
import { afterClose } from '../../protocol/close-codes.ts';
import { controlEventSchema } from '../../protocol/control-events.ts';
import { controlFromRunnerSchema, controlToRunnerSchema } from '../../protocol/control-socket.ts';
import { diffViewSchema } from '../../protocol/diff.ts';
import { runnerEventSchema } from '../../protocol/events.ts';
import { fixturesOf } from '../../protocol/fixtures/read-fixtures.ts';
import { gatesConfigSchema } from '../../protocol/gates.ts';
import { gitTokenBodySchema } from '../../protocol/git-access.ts';
import {
  createSessionBodySchema,
  createTaskBodySchema,
  postMessageBodySchema,
  rejectTaskBodySchema,
  submitAnswerSchema,
} from '../../protocol/http.ts';
import {
  conversationKeySchema,
  sessionIdOf,
  splitTaskId,
  taskIdOf,
  taskIdSchema,
} from '../../protocol/ids.ts';
import { jobCommandSchema } from '../../protocol/job.ts';
import { jobFromRunnerSchema, jobToRunnerSchema } from '../../protocol/job-socket.ts';
import { jobOutcomeSchema } from '../../protocol/outcome.ts';
import { problemSchema } from '../../protocol/problem.ts';
import { questionReplySchema } from '../../protocol/questions.ts';
import { scheduleBodySchema } from '../../protocol/schedules.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { judgeVersion } from '../../protocol/version.ts';
import { toViewerSchema } from '../../protocol/viewer-socket.ts';
import { branchNameSchema, gitRefSchema, workspaceSchema } from '../../protocol/workspace.ts';
import { fuzz } from '../fuzz.ts';
import { hostileText, mutatedText } from '../inputs/hostile-text.ts';
import { mutatedJson } from '../inputs/mutated-json.ts';

const OPTIONS = { model: 'opus', maxMinutes: 5, maxTurns: 3, maxUsd: 1, labels: ['gpu'], approval: 'none' };
const SESSION = '0f8fad5b-d9cb-469f-a165-70867728950e';

const IMAGE = { id: SESSION, name: 'page.png', type: 'image/png', bytes: 4, sha256: 'a'.repeat(64) };
const GATE = { name: 'lint', command: 'npm run lint', minutes: 5, directory: 'web', paths: ['web/**'] };
const CHANGES = {
  tree: 'a'.repeat(40),
  files: [{ path: 'a', previousPath: null, status: 'added', insertions: 1, deletions: 0 }],
  filesCut: false,
  insertions: 1,
  deletions: 0,
  patch: { text: 'diff', bytes: 4, cut: false },
};
const SCHEDULE = { cron: '0 3 * * 1-5', timeZone: 'Europe/Berlin', project: 'shop', missed: 'skip' };

const samplesOf = (name: string) => fixturesOf(name).map(([, document]) => document);

const WIRE: Record<string, { schema: z.ZodType; samples: unknown[] }> = {
  'control-event': { schema: controlEventSchema, samples: samplesOf('control-event') },
  'control-from-runner': { schema: controlFromRunnerSchema, samples: samplesOf('control-from-runner') },
  'control-to-runner': { schema: controlToRunnerSchema, samples: samplesOf('control-to-runner') },
  'git-ref': { schema: gitRefSchema, samples: samplesOf('git-ref') },
  'git-token-body': { schema: gitTokenBodySchema, samples: samplesOf('git-token-body') },
  'job-command': { schema: jobCommandSchema, samples: samplesOf('job-command') },
  'job-from-runner': { schema: jobFromRunnerSchema, samples: samplesOf('job-from-runner') },
  'job-outcome': { schema: jobOutcomeSchema, samples: samplesOf('job-outcome') },
  'job-to-runner': { schema: jobToRunnerSchema, samples: samplesOf('job-to-runner') },
  'runner-event': { schema: runnerEventSchema, samples: samplesOf('runner-event') },
  'submit-answer': { schema: submitAnswerSchema, samples: samplesOf('submit-answer') },
  'to-viewer': { schema: toViewerSchema, samples: samplesOf('to-viewer') },
  workspace: { schema: workspaceSchema, samples: samplesOf('workspace') },
  'session body': {
    schema: createSessionBodySchema,
    samples: samplesOf('workspace').map((workspace) => ({ workspace, prompt: 'Do it', options: OPTIONS })),
  },
  'task body': {
    schema: createTaskBodySchema,
    samples: [
      { prompt: 'Do it', options: OPTIONS },
      { template: { name: 'update', variables: { package: 'zod' } }, after: ['first'], ifFailed: 'hold' },
    ],
  },
  'reject body': { schema: rejectTaskBodySchema, samples: [{ reason: 'Not so.', tree: 'a'.repeat(40) }] },
  'question reply': {
    schema: questionReplySchema,
    samples: [
      { type: 'answers', answers: [{ choices: ['One'], text: 'and two' }] },
      { type: 'declined', reason: 'No.' },
    ],
  },
  'message body': { schema: postMessageBodySchema, samples: [{ text: 'Look', attachments: [SESSION] }] },
  attachment: { schema: attachmentSchema, samples: [IMAGE] },
  diff: {
    schema: diffViewSchema,
    samples: [{ taskId: `${SESSION}.1`, turn: 1, turns: [1], ...CHANGES }],
  },
  'gates of a file': {
    schema: gatesConfigSchema,
    samples: [{ checks: [GATE], retries: 1, protected: ['*.lock'], secrets: 'advisory', max_files: 9 }],
  },
  'schedule body': {
    schema: scheduleBodySchema,
    samples: [
      { ...SCHEDULE, name: 'nightly', prompt: 'Do it', overlap: 'queue' },
      { ...SCHEDULE, name: 'weekly', template: { name: 'update', variables: {} } },
    ],
  },
  'task options': { schema: taskOptionsSchema, samples: [OPTIONS] },
  problem: {
    schema: problemSchema,
    samples: [
      {
        type: 'urn:x',
        title: 'T',
        status: 422,
        code: 'c',
        detail: 'd',
        remedy: 'r',
        errors: [{ path: 'a', message: 'm' }],
      },
    ],
  },
};

describe('documents of the wire', () => {
  for (const [name, { schema, samples }] of Object.entries(WIRE)) {
    fuzz(`${name}: refused, or read the same again`, mutatedJson(samples), (document) => {
      const parsed = schema.safeParse(document);
      if (!parsed.success) return;
      const text = JSON.stringify(parsed.data);
      expect(JSON.stringify(schema.parse(JSON.parse(text)))).toBe(text);
      expect(Object.getPrototypeOf(parsed.data)).toBe(Object.prototype);
    });
  }
});

describe('names', () => {
  fuzz(
    'task id: taken apart and put together again',
    mutatedText([`${SESSION}.1`, `${SESSION}.999999`]),
    (text) => {
      const id = taskIdSchema.safeParse(text);
      if (!id.success) return;
      const { sessionId, taskNumber } = splitTaskId(id.data);
      expect(taskIdOf(sessionId, taskNumber)).toBe(text);
    },
  );

  fuzz(
    'conversation key: leads to a session id',
    mutatedText(['github:1#2', 'slack:T1/C2/3.4', `api:${SESSION}`]),
    (text) => {
      const key = conversationKeySchema.safeParse(text);
      if (key.success) expect(sessionIdOf(key.data)).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  fuzz(
    'branch name: never an option, a path out, or what git refuses',
    fc.oneof(mutatedText(['main', 'signalbox/12-fix', 'release/1.2']), hostileText),
    (text) => {
      if (!branchNameSchema.safeParse(text).success) return;
      // git-check-ref-format(1)
      expect(text).not.toMatch(/^[-/.]|\.\.|\/\/|@\{|[\s~^:?*[\\\p{Cc}]|\.lock(\/|$)|\/\.|[/.]$/u);
    },
  );

  fuzz('workspace path: absolute and without a way out', hostileText, (text) => {
    const parsed = workspaceSchema.safeParse({ type: 'local', path: `/srv/${text}` });
    if (!parsed.success || parsed.data.type !== 'local') return;
    expect(parsed.data.path.split('/')).not.toContain('..');
    expect(parsed.data.path).not.toContain('\0');
  });
});

fuzz('protocol version: judged, whatever number it is', fc.integer(), (version) => {
  expect(['accepted', 'refused']).toContain(judgeVersion(version).status);
});

fuzz('close code: says what to do, whatever number it is', fc.integer(), (code) => {
  expect(['reconnect', 'renew_ticket', 'stop']).toContain(afterClose(code));
});
