import { z } from 'zod';
import { accountKeySchema } from '../../protocol/ids.ts';
import { openedShareSchema } from '../../protocol/opened-share.ts';
import {
  type CreateShareAnswer,
  createShareAnswerSchema,
  createShareBodySchema,
  openShareBodySchema,
  type ShareView,
  shareListSchema,
} from '../../protocol/shares.ts';
import { accountFor, accountNamed } from '../access/account-for.ts';
import type { Caller } from '../access/caller.ts';
import { requireOwnPage } from '../access/guard.ts';
import { roleFor } from '../access/reach.ts';
import { setShareCookie } from '../access/share-cookie.ts';
import { accountOf } from '../account/account-of.ts';
import { configOf } from '../config.ts';
import { parseCredential } from '../fleet/runner-credential.ts';
import { audited, noted } from './audited.ts';
import { sessionOf } from './durable-objects.ts';
import { notFoundProblem, refusalProblem, unauthorizedProblem } from './problem.ts';
import { type AppContext, publicRoute, type Route, userRoute } from './route.ts';
import { EXAMPLE_SESSION_ID } from './session-examples.ts';
import { reachSession } from './session-of-path.ts';

const HOUR_MS = 3_600_000;

const querySchema = z.object({ account: accountKeySchema.optional() });
const paramsSchema = z.object({ id: z.uuid() });

const EXAMPLE: ShareView = {
  id: '7c0e7f3a-2f0d-4b52-9a53-0d2b9f2f9a11',
  account: 'github:583231',
  scope: { kind: 'session', sessionId: EXAMPLE_SESSION_ID },
  name: 'For the review on Friday',
  createdAt: 1_780_000_000_000,
  createdBy: 'octocat',
  expiresAt: 1_780_604_800_000,
  opened: 0,
  lastOpenedAt: null,
};
const EXAMPLE_TOKEN = `sbs_Z2l0aHViOjU4MzIzMQ.${EXAMPLE.id}.${'x'.repeat(43)}`;

/** Who makes share links, sees them and takes them away. */
export const shareRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/shares',
    needs: 'operator',
    operation: {
      id: 'createShare',
      tag: 'Share links',
      summary: 'Make a read-only link to one session or to the page of an account',
      description:
        'The link is shown once. Whoever has it sees the session without any account, redacted once more on the way out, until it expires or is taken away. A link to the whole page takes an admin.',
      body: createShareBodySchema,
      bodyExample: { scope: EXAMPLE.scope, name: EXAMPLE.name, expiresInHours: 168 },
      answers: {
        201: {
          description: 'The link and its secret',
          schema: createShareAnswerSchema,
          example: {
            share: EXAMPLE,
            token: EXAMPLE_TOKEN,
            url: `https://signalbox.example/share#token=${EXAMPLE_TOKEN}`,
          },
        },
      },
      problems: ['not_found', 'account_needed', 'not_allowed'],
    },
    handle: async (c, caller, { body: { scope, name, expiresInHours, ...body } }) => {
      const { account, title } =
        scope.kind === 'session'
          ? await reachSession(c, caller, scope.sessionId, 'operator')
          : { account: accountFor(c, caller, body.account, 'admin'), title: 'All sessions' };
      const asked = {
        scope,
        name: name ?? title.slice(0, MAX_NAME_CHARS),
        createdBy: caller.person.login,
        expiresAt: Date.now() + Math.ceil(expiresInHours * HOUR_MS),
      };
      const target =
        scope.kind === 'session'
          ? { kind: 'session', id: scope.sessionId, name: title }
          : { kind: 'account', id: account, name: null };
      const details = { name: asked.name, expiresAt: asked.expiresAt };
      return audited(c, caller, { account, action: 'share.created', target, details }, async () => {
        const made = await accountOf(c.env, account).shares.create(asked);
        if (made.status === 'refused') throw refusalProblem(made);
        const { share, token } = made;
        const url = `${configOf(c.env).publicUrl}/share#token=${token}`;
        return c.json({ share, token, url } satisfies CreateShareAnswer, 201);
      });
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/shares',
    needs: 'operator',
    operation: {
      id: 'listShares',
      tag: 'Share links',
      summary: "List an account's share links, the latest first",
      description:
        'Links that are still good. Without the role admin for the account: those to sessions for which you are an operator.',
      query: querySchema,
      answers: {
        200: {
          description: 'The links, without secrets',
          schema: shareListSchema,
          example: { items: [EXAMPLE] },
        },
      },
      problems: ['not_found', 'account_needed'],
    },
    handle: async (c, caller, { query }) => {
      const account = accountNamed(c, caller, query.account);
      const shares = await accountOf(c.env, account).shares.list();
      const may = await Promise.all(shares.map((share) => manages(c, caller, share)));
      return c.json({ items: shares.filter((_, index) => may[index]) });
    },
  }),
  userRoute({
    method: 'DELETE',
    path: '/api/shares/:id',
    needs: 'operator',
    operation: {
      id: 'revokeShare',
      tag: 'Share links',
      summary: 'Take a share link away',
      description: 'It is gone for good, and everybody who looks through it is cut off at once.',
      params: paramsSchema,
      query: querySchema,
      answers: { 204: { description: 'It is gone' } },
      problems: ['not_found', 'account_needed'],
    },
    handle: async (c, caller, { params: { id }, query }) => {
      const account = accountNamed(c, caller, query.account);
      const { shares } = accountOf(c.env, account);
      const share = await shares.get(id);
      if (share === null || !(await manages(c, caller, share))) throw notFoundProblem(`share link ${id}`);
      const target = { kind: 'share', id, name: share.name };
      return audited(c, caller, { account, action: 'share.revoked', target }, async () => {
        if (!(await shares.revoke(id))) throw notFoundProblem(`share link ${id}`);
        return c.body(null, 204);
      });
    },
  }),
  publicRoute({
    method: 'POST',
    path: '/api/shares/open',
    operation: {
      id: 'openShare',
      tag: 'Share links',
      summary: 'Exchange the secret of a share link for a cookie',
      description:
        'For the page. The cookie lasts at most 12 hours and is sent to the addresses of this link only. A program sends the token as "Authorization: Bearer sbs_…" instead.',
      body: openShareBodySchema,
      bodyExample: { token: EXAMPLE_TOKEN },
      answers: {
        200: {
          description: 'What the link shows',
          schema: openedShareSchema,
          example: { id: EXAMPLE.id, scope: EXAMPLE.scope, expiresAt: EXAMPLE.expiresAt },
        },
      },
      problems: ['unauthorized', 'forbidden', 'not_json'],
    },
    handle: async (c, _nobody, { body: { token } }) => {
      requireOwnPage(c);
      const claimed = parseCredential('sbs', token);
      const share =
        claimed === null ? null : await accountOf(c.env, claimed.account).shares.open(claimed.id, token);
      if (share === null) {
        throw unauthorizedProblem(
          'The share link is wrong, has expired or was taken away.',
          'Ask whoever gave it to you for a new one.',
        );
      }
      await noted(c, {
        account: share.account,
        actor: { kind: 'share_link', id: share.id, name: share.name },
        action: 'share.opened',
        target: { kind: 'share', id: share.id, name: share.name },
      });
      const { secret, publicUrl } = configOf(c.env);
      await setShareCookie(c, secret, publicUrl, share, Date.now());
      return c.json(openedShareSchema.parse(share));
    },
  }),
];

const MAX_NAME_CHARS = 100;

/** Who may make such a link may also see it and take it away. */
async function manages(c: AppContext, { reach }: Caller, { account, scope }: ShareView): Promise<boolean> {
  if (roleFor(reach, { account, repositoryId: null }) === 'admin') return true;
  if (scope.kind === 'account') return false;
  const head = await sessionOf(c.env, scope.sessionId).head();
  const role = head === null ? null : roleFor(reach, head);
  return role !== null && role !== 'viewer';
}
