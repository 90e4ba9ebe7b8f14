import { expect, test } from 'vitest';
import { startGitHubDouble } from './start-github-double.ts';

test('a browser that follows html_url sees the pull request, with its text escaped', async () => {
  const github = await startGitHubDouble({ users: [{ login: 'ann', permission: 'write' }] });
  try {
    await github.pushCommit({
      repo: 'demo',
      author: 'ann',
      branch: 'topic',
      files: { 'b.txt': '<script>\n' },
    });
    await github.openPullRequest({ repo: 'demo', author: 'ann', head: 'topic', title: 'A <b>' });
    const answer = await fetch(`${github.url}/acme/demo/pull/1`, { headers: { accept: 'text/html' } });
    const page = await answer.text();
    expect(page).toContain('A &lt;b&gt; #1');
    expect(page).toContain('+&lt;script&gt;');
    expect(page).not.toContain('<script>');
    expect(github.violations).toEqual([]);
  } finally {
    await github.close();
  }
});
