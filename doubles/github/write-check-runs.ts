import type { JsonObject } from './json.ts';
import type { Account, CheckRun, Repository } from './model.ts';
import { renderCheckRun } from './render/render-check-run.ts';
import type { World } from './world.ts';

/** Tells the webhook about a check run: created, completed, or a button that a person pressed. */
export function announceCheckRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  change: { action: string; sender: Account; fields?: JsonObject },
): void {
  world.announce({
    event: 'check_run',
    action: change.action,
    repository,
    sender: change.sender,
    fields: { check_run: renderCheckRun(world, repository, run), ...change.fields },
  });
}
