import { resolveCommit } from '../git/read-refs.ts';
import { readContent, type TreeEntry } from '../git/read-tree.ts';
import type { JsonObject } from '../json.ts';
import type { Repository } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import { apiUrl, htmlUrl } from '../render/render-repository.ts';
import type { World } from '../world.ts';
import { ok, onRepository, type RepositoryCall, type RestAnswer, type Routes } from './rest-call.ts';

/** Base64 in lines of 60 characters with a line feed after each, as GitHub sends it. */
const LINE = /.{1,60}/g;

function renderEntry(world: World, repository: Repository, ref: string, entry: TreeEntry): JsonObject {
  const api = apiUrl(world, repository);
  const page = htmlUrl(world, repository);
  const isFile = entry.type === 'blob';
  const url = `${api}/contents/${entry.path}?ref=${encodeURIComponent(ref)}`;
  const gitUrl = `${api}/git/${isFile ? 'blobs' : 'trees'}/${entry.sha}`;
  const html = `${page}/${isFile ? 'blob' : 'tree'}/${ref}/${entry.path}`;
  return {
    type: isFile ? 'file' : 'dir',
    size: entry.size,
    name: entry.path.split('/').at(-1) ?? '',
    path: entry.path,
    sha: entry.sha,
    url,
    git_url: gitUrl,
    html_url: html,
    download_url: isFile ? `${page}/raw/${ref}/${entry.path}` : null,
    _links: { self: url, git: gitUrl, html },
  };
}

async function getContent(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const ref = call.url.searchParams.get('ref') ?? repository.defaultBranch;
  const sha = await resolveCommit(repository.gitDir, ref);
  if (sha === undefined) throw new Refusal(404, `No commit found for the ref ${ref}`);
  const content = await readContent(repository.gitDir, sha, call.params.path ?? '');
  switch (content.kind) {
    case 'absent':
      throw notFound();
    case 'directory':
      return ok(content.entries.map((entry) => renderEntry(world, repository, ref, entry)));
    case 'file': {
      if (call.accept.includes('.raw'))
        return { kind: 'text', status: 200, text: content.bytes.toString('utf8') };
      const lines = content.bytes.toString('base64').match(LINE) ?? [];
      return ok({
        ...renderEntry(world, repository, ref, content.entry),
        encoding: 'base64',
        content: lines.map((line) => `${line}\n`).join(''),
      });
    }
  }
}

export const contentRoutes = { 'repos/get-content': onRepository(getContent) } satisfies Routes;
