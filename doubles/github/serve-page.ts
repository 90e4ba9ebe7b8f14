import { diffText } from './git/read-diff.ts';
import type { Issue, Repository } from './model.ts';
import { readPullRefs } from './render/render-pull.ts';
import { findRepository, fullName, isPull, timestamp, type World } from './world.ts';

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f4f5;padding:.75rem;border-radius:6px}
article{border-top:1px solid #ddd;padding:.5rem 0}`;

export function layout(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><p><em>A stand-in for GitHub, on this machine only.</em></p>
<h1>${escapeHtml(title)}</h1>${content}</body></html>`;
}

const article = (who: string, at: number, body: string): string =>
  `<article><strong>${escapeHtml(who)}</strong> <time>${timestamp(at)}</time><pre>${escapeHtml(body)}</pre></article>`;

async function diffOf(repository: Repository, issue: Issue): Promise<string> {
  if (!isPull(issue)) return '';
  const refs = await readPullRefs(repository, issue);
  const diff = await diffText(repository.gitDir, refs.mergeBaseSha, refs.headSha);
  return `<h2>Changes from ${escapeHtml(issue.pull.baseRef)} to ${escapeHtml(issue.pull.headRef)}</h2><pre>${escapeHtml(diff)}</pre>`;
}

async function issuePage(repository: Repository, issue: Issue): Promise<string> {
  const title = `${issue.title} #${issue.number}`;
  const parts = [
    `<p>${escapeHtml(fullName(repository))}, ${issue.state}</p>`,
    article(issue.author.login, issue.createdAt, issue.body ?? ''),
    ...issue.comments.map(({ author, createdAt, body }) => article(author.login, createdAt, body)),
    await diffOf(repository, issue),
  ];
  return layout(title, parts.join('\n'));
}

function repositoryPage(repository: Repository): string {
  const items = [...repository.issues.values()].map(
    ({ number, title, pull }) =>
      `<li><a href="/${escapeHtml(fullName(repository))}/${pull ? 'pull' : 'issues'}/${number}">#${number} ${escapeHtml(title)}</a></li>`,
  );
  return layout(fullName(repository), `<ul>${items.join('')}</ul>`);
}

const PAGE = /^\/([^/]+)\/([^/]+?)(?:\/(?:issues|pull)\/(\d+))?$/;

/** A plain page for the addresses in `html_url`, so that a link in a demonstration leads somewhere; undefined for others. */
export async function renderPage(world: World, path: string): Promise<string | undefined> {
  const [, owner, name, number] = PAGE.exec(path) ?? [];
  if (owner === undefined || name === undefined) return undefined;
  const repository = findRepository(world, decodeURIComponent(owner), decodeURIComponent(name));
  if (!repository) return undefined;
  if (number === undefined) return repositoryPage(repository);
  const issue = repository.issues.get(Number(number));
  return issue && issuePage(repository, issue);
}
