import { z } from 'zod';
import { resolveCommit } from '../git/read-refs.ts';
import type { CommitStatus } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { renderStatus } from '../render/render-check-run.ts';
import { actorOf, created, onRepository, parseBody, type Routes } from './rest-call.ts';

const newStatus = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  target_url: z.string().nullish(),
  description: z.string().nullish(),
  context: z.string().default('default'),
});

export const statusRoutes = {
  'repos/create-commit-status': onRepository(async (call) => {
    const { world, repository } = call;
    const sha = call.params.sha ?? '';
    if ((await resolveCommit(repository.gitDir, sha)) === undefined) {
      throw new Refusal(422, `No commit found for SHA: ${sha}`);
    }
    const written = parseBody(call, newStatus);
    const status: CommitStatus = {
      id: world.nextId(),
      sha,
      state: written.state,
      context: written.context,
      description: written.description ?? null,
      targetUrl: written.target_url ?? null,
      creator: actorOf(call),
      createdAt: world.now(),
    };
    repository.statuses.push(status);
    return created(renderStatus(world, repository, status));
  }),
} satisfies Routes;
