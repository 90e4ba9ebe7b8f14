import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Caller, identifyCaller } from './auth/identify-caller.ts';
import { allows, reaches } from './auth/installation-tokens.ts';
import { type GitRoute, serveGitHttp } from './git/serve-git-http.ts';
import { syncPushes } from './git/sync-pushes.ts';
import type { Access, Account, Repository } from './model.ts';
import { Refusal } from './refusal.ts';
import { findRepository, permissionOf, type World } from './world.ts';

/** What a git client is told; its status and text are GitHub's. */
type GitAccess = { allowed: true; pusher: Account } | { allowed: false; status: number; text: string };

const refuse = (status: number, text: string): GitAccess => ({ allowed: false, status, text });
const notFound = (): GitAccess => refuse(404, 'Repository not found.');
const writeRefused = (): GitAccess => refuse(403, 'Write access to repository not granted.');

function identify(world: World, authorization: string | undefined): Caller | undefined {
  // GitHub's git takes Basic only: a bearer token is answered like none at all.
  if (authorization !== undefined && !/^basic /i.test(authorization)) return undefined;
  try {
    return identifyCaller(world, authorization);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function accessFor(caller: Caller, repository: Repository, access: Access, bot: Account): GitAccess {
  switch (caller.kind) {
    case 'app':
      return refuse(401, 'Invalid username or token.');
    case 'anonymous':
      return repository.private || access === 'write'
        ? refuse(401, 'Authentication required.')
        : { allowed: true, pusher: bot };
    case 'installation':
      if (!reaches(caller.grant, repository)) return notFound();
      if (allows(caller.grant.permissions, 'contents', access)) return { allowed: true, pusher: bot };
      return access === 'write' ? writeRefused() : refuse(403, 'Read access to repository not granted.');
    case 'user': {
      const permission = permissionOf(repository, caller.account.login);
      if (permission === 'none') return notFound();
      if (access === 'write' && (permission === 'read' || permission === 'triage')) return writeRefused();
      return { allowed: true, pusher: caller.account };
    }
  }
}

/** Serves one request of a git client, when its token allows it. */
export async function serveGit(
  world: World,
  exchange: { request: IncomingMessage; url: URL; route: GitRoute },
  response: ServerResponse,
  loseAnswer: boolean,
): Promise<void> {
  const { request, url, route } = exchange;
  const caller = identify(world, request.headers.authorization);
  const repository = findRepository(world, route.owner, route.name);
  const access: Access = route.service === 'git-receive-pack' ? 'write' : 'read';
  let verdict: GitAccess;
  if (!caller) verdict = refuse(401, 'Invalid username or token.');
  else if (!repository)
    verdict = caller.kind === 'anonymous' ? refuse(401, 'Authentication required.') : notFound();
  else verdict = accessFor(caller, repository, access, world.app.bot);
  if (!verdict.allowed || !repository) {
    const { status, text } = verdict.allowed ? { status: 404, text: '' } : verdict;
    const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
    // The pack is read to its end, so that git reads the refusal rather than a broken connection.
    request.resume();
    response.writeHead(status, { 'content-type': 'text/plain', ...challenge }).end(text);
    return;
  }
  const { pusher } = verdict;
  const isPush = route.rest === 'git-receive-pack';
  await serveGitHttp(
    request,
    response,
    { url, route, gitDir: repository.gitDir },
    {
      afterService: () => (isPush ? syncPushes(world, repository, pusher) : Promise.resolve()),
      loseAnswer,
    },
  );
}
