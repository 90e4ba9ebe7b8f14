export type FakeCommit = { sha: string; message: string; tree: string; parents: string[]; verified: boolean };
type Answer = { status?: number; body?: unknown };

/** GitHub's git database of one repository, as far as commits and refs go. */
export class FakeGitData {
  readonly commits = new Map<string, FakeCommit>();
  readonly refs = new Map<string, string>();
  /** Whether GitHub signs what it is asked to commit. */
  signs = true;
  #made = 0;

  /** @returns null where the route is about something else */
  answer(route: string, body: Record<string, unknown>): Answer | null {
    const [method = '', path = ''] = route.split(' ');
    const what = /^\/repos\/[^/]+\/[^/]+\/git\/(.*)$/.exec(path)?.[1];
    if (what === undefined) return null;
    if (method === 'POST' && what === 'commits') return this.#create(body);
    if (what.startsWith('commits/'))
      return this.#render(200, this.commits.get(what.slice('commits/'.length)));
    if (method === 'POST')
      return this.#point(String(body.ref), String(body.sha), 'Reference already exists', false);
    const ref = decodeURIComponent(what.replace(/^refs?\//, 'refs/'));
    if (method === 'GET') {
      const sha = this.refs.get(ref);
      return sha === undefined ? missing(404) : { body: { ref, object: { type: 'commit', sha } } };
    }
    if (method === 'DELETE') return this.refs.delete(ref) ? { status: 204 } : missing(422);
    return this.#point(ref, String(body.sha), 'Update is not a fast forward', true);
  }

  #create({ message, tree, parents }: Record<string, unknown>): Answer {
    this.#made += 1;
    const sha = `c0${this.#made}`.padEnd(40, '0');
    const of = Array.isArray(parents) ? parents.map(String) : [];
    const commit = { sha, message: String(message), tree: String(tree), parents: of, verified: this.signs };
    this.commits.set(sha, commit);
    return this.#render(201, commit);
  }

  #point(ref: string, sha: string, refusal: string, exists: boolean): Answer {
    const before = this.refs.get(ref);
    if ((before !== undefined) !== exists || (before !== undefined && !this.#leads(before, sha))) {
      return { status: 422, body: { message: refusal } };
    }
    this.refs.set(ref, sha);
    return { status: exists ? 200 : 201, body: { ref, object: { type: 'commit', sha } } };
  }

  #leads(from: string, to: string): boolean {
    return from === to || (this.commits.get(to)?.parents ?? []).some((parent) => this.#leads(from, parent));
  }

  #render(status: number, commit: FakeCommit | undefined): Answer {
    if (commit === undefined) return missing(404);
    const { sha, message, tree, parents, verified } = commit;
    const verification = { verified, reason: verified ? 'valid' : 'unsigned' };
    return {
      status,
      body: {
        sha,
        message,
        tree: { sha: tree },
        parents: parents.map((parent) => ({ sha: parent })),
        verification,
      },
    };
  }
}

const missing = (status: number): Answer => ({ status, body: { message: 'Not Found' } });
