import type { JsonObject } from './json.ts';
import type { Account, CheckRun, Repository } from './model.ts';
import { renderCheckRunEvent } from './render/render-check-suite.ts';
import type { World } from './world.ts';

/** Tells the webhook about a check run: created, completed, or a button that a person pressed. */
export async function announceCheckRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  change: { action: string; sender: Account; fields?: JsonObject },
): Promise<void> {
  world.announce({
    event: 'check_run',
    action: change.action,
    repository,
    sender: change.sender,
    fields: { check_run: await renderCheckRunEvent(world, repository, run), ...change.fields },
  });
}
