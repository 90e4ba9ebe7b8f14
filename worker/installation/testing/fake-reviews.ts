import { z } from 'zod';

type Answer = { status?: number; body?: unknown };

export type FakeThread = {
  id: string;
  isResolved: boolean;
  line: number | null;
  body: string;
  isOurs: boolean;
};

const reviewSchema = z.object({
  body: z.string(),
  commit_id: z.string(),
  event: z.string(),
  comments: z.array(z.looseObject({ path: z.string(), line: z.int(), side: z.string(), body: z.string() })),
});
const querySchema = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) });

/** GitHub's reviews of one pull request, with the threads that only GraphQL knows, and its diff. */
export class FakeReviews {
  files: { filename: string; status: string; patch?: string }[] = [];
  readonly reviews: z.output<typeof reviewSchema>[] = [];
  readonly threads: FakeThread[] = [];

  /** @returns null where the route is about something else */
  answer(route: string, body: Record<string, unknown>): Answer | null {
    if (route === 'POST /graphql') return this.#graphql(querySchema.parse(body));
    if (/^GET \/repos\/[^/]+\/[^/]+\/compare\//.test(route)) return { body: { files: this.files } };
    if (/^POST \/repos\/[^/]+\/[^/]+\/pulls\/\d+\/reviews$/.test(route)) return this.#create(body);
    if (/^GET \/repos\/[^/]+\/[^/]+\/pulls\/\d+\/reviews$/.test(route) && this.reviews.length > 0) {
      return { body: this.reviews.map((review, index) => rendered(review.body, index)) };
    }
    return null;
  }

  #create(body: Record<string, unknown>): Answer {
    const review = reviewSchema.parse(body);
    this.reviews.push(review);
    for (const { line, body: text } of review.comments) {
      const id = `PRRT_${this.threads.length + 1}`;
      this.threads.push({ id, isResolved: false, line, body: text, isOurs: true });
    }
    return { body: rendered(review.body, this.reviews.length - 1) };
  }

  #graphql({ query, variables }: z.output<typeof querySchema>): Answer {
    if (query.startsWith('mutation')) {
      const thread = this.threads.find(({ id }) => id === variables.threadId);
      if (thread === undefined) return { body: { errors: [{ type: 'NOT_FOUND', message: 'No such node' }] } };
      thread.isResolved = true;
      return { body: { data: { resolveReviewThread: { thread: { id: thread.id, isResolved: true } } } } };
    }
    const nodes = this.threads.map(({ id, isResolved, line, body, isOurs }) => ({
      id,
      isResolved,
      line,
      comments: { nodes: [{ body, viewerDidAuthor: isOurs }] },
    }));
    const reviewThreads = { pageInfo: { hasNextPage: false, endCursor: null }, nodes };
    return { body: { data: { repository: { pullRequest: { reviewThreads } } } } };
  }
}

function rendered(body: string, index: number) {
  const html_url = `https://github.test/acme/shop/pull/1#pullrequestreview-${index + 1}`;
  return { id: index + 1, body, html_url, user: { login: 'signalbox[bot]', type: 'Bot' } };
}
