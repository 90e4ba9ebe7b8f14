import { z } from 'zod';
import { accountKeySchema } from '../../protocol/ids.ts';
import {
  type MemberView,
  meAnswerSchema,
  membersAnswerSchema,
  memberViewSchema,
  setMemberBodySchema,
} from '../../protocol/people.ts';
import { accountFor } from '../access/account-for.ts';
import { forgetReach } from '../access/person-reach.ts';
import { accountOf } from '../account/account-of.ts';
import { audited } from './audited.ts';
import { describeCaller } from './describe-caller.ts';
import { notFoundProblem } from './problem.ts';
import { type Route, userRoute } from './route.ts';

const querySchema = z.object({ account: accountKeySchema.optional() });
const paramsSchema = z.object({ id: z.coerce.number().int().positive() });

const EXAMPLE: MemberView = {
  id: 583_231,
  login: 'octocat',
  role: 'operator',
  githubRole: 'viewer',
  lastSeenAt: 1_763_700_000_000,
  setAt: 1_763_600_000_000,
  setBy: 'hubot',
};

export const memberRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/me',
    needs: 'viewer',
    operation: {
      id: 'getMe',
      tag: 'People and keys',
      summary: 'Show who the caller is and what he may do',
      answers: {
        200: {
          description: 'The caller.',
          schema: meAnswerSchema,
          example: {
            login: 'octocat',
            id: 583_231,
            proof: 'browser',
            isDeploymentAdmin: false,
            accounts: [
              { account: 'github:1234', role: 'viewer', repositories: [{ id: 98765, role: 'operator' }] },
            ],
          },
        },
      },
    },
    handle: (c, caller) => c.json(describeCaller(caller)),
  }),
  userRoute({
    method: 'GET',
    path: '/api/members',
    needs: 'admin',
    operation: {
      id: 'listMembers',
      tag: 'People and keys',
      summary: 'List the people of an account and their roles',
      description: 'Those who signed in within 90 days, and those whose role was set.',
      query: querySchema,
      answers: {
        200: { description: 'The people.', schema: membersAnswerSchema, example: { items: [EXAMPLE] } },
      },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      return c.json({ items: await accountOf(c.env, account).members.list() });
    },
  }),
  userRoute({
    method: 'PUT',
    path: '/api/members/:id',
    needs: 'admin',
    operation: {
      id: 'setMember',
      tag: 'People and keys',
      summary: "Set somebody's role in an account, in place of what GitHub gives",
      description:
        'The id is the numeric one of GitHub. The role holds for the account and for those of its repositories that the person may read on GitHub, never for others; "none" takes everything. In effect within seconds.',
      params: paramsSchema,
      query: querySchema,
      body: setMemberBodySchema,
      bodyExample: { role: 'operator', login: 'octocat' },
      answers: { 200: { description: 'The person now.', schema: memberViewSchema, example: EXAMPLE } },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { params: { id }, query, body }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const { role, login = null } = body;
      const target = { kind: 'person', id: `github:${id}`, name: login };
      const act = { account, action: 'member.set', target, details: { role } };
      const member = await audited(c, caller, act, () =>
        accountOf(c.env, account).members.set(id, role, login, caller.person.login),
      );
      forgetReach(id);
      return c.json(member);
    },
  }),
  userRoute({
    method: 'DELETE',
    path: '/api/members/:id',
    needs: 'admin',
    operation: {
      id: 'unsetMember',
      tag: 'People and keys',
      summary: "Let somebody's role follow from GitHub again",
      params: paramsSchema,
      query: querySchema,
      answers: { 204: { description: 'The role follows from GitHub.' } },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { params: { id }, query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const target = { kind: 'person', id: `github:${id}`, name: null };
      await audited(c, caller, { account, action: 'member.unset', target }, async () => {
        const had = await accountOf(c.env, account).members.unset(id);
        if (!had) throw notFoundProblem('person with a role that was set');
      });
      forgetReach(id);
      return c.body(null, 204);
    },
  }),
];
