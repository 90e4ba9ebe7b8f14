import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, env } from 'node:process';
import { z } from 'zod';
import { branchNameSchema, workspaceSchema } from '../../../protocol/workspace.ts';
import { openWorkspaces } from '../open-workspaces.ts';
import { succeeds } from './start-fixture.ts';

/** One whole task in a process of its own, for a test to kill: `run-task.ts '{"dataDir": …, "spec": …}'`. */
const { dataDir, spec } = z
  .object({
    dataDir: z.string(),
    spec: z.object({
      sessionId: z.uuid(),
      taskNumber: z.int(),
      workspace: workspaceSchema,
      branch: branchNameSchema.nullable(),
    }),
  })
  .parse(JSON.parse(argv[2] ?? ''));

const getToken = async (): Promise<string | null> => env.TEST_TOKEN ?? null;
const workspaces = await openWorkspaces({
  dataDir,
  host: env,
  now: Date.now,
  newId: randomUUID,
  random: () => 0,
  sleep: async () => undefined,
});
writeFileSync(join(dataDir, 'started'), '');
const { workspace } = succeeds(await workspaces.reserve(spec));
succeeds(await workspace.fetchAndFill({ getToken }));
succeeds(await workspace.checkpoint(1));
writeFileSync(join(workspace.path, 'src/1.txt'), 'changed\n');
writeFileSync(join(workspace.path, 'new.txt'), 'new\n');
rmSync(join(workspace.path, 'src/2.txt'), { force: true });
const { tree } = succeeds(await workspace.capture());
const request = {
  message: { subject: 'Do it', body: '' },
  author: { name: 'B', email: 'b@x' },
  coAuthor: null,
};
const { sha } = succeeds(await workspace.commit({ ...request, tree: tree ?? '' }));
const pushed = succeeds(await workspace.push({ sha, getToken }));
if (pushed.status !== 'pushed') throw new Error(`Not pushed: ${pushed.status}`);
