import { z } from 'zod';
import { catalogKeySchema } from '../../protocol/catalog.ts';
import { type AccountKey, accountKeySchema } from '../../protocol/ids.ts';
import { accountFor } from '../access/account-for.ts';
import type { Caller } from '../access/caller.ts';
import type { CatalogBody, CatalogItem, CatalogResult } from '../account/catalog/catalog-desk.ts';
import type { Env } from '../env.ts';
import { audited } from './audited.ts';
import type { Tag } from './operation.ts';
import { notFoundProblem, refusalProblem } from './problem.ts';
import { type AppContext, type Route, userRoute } from './route.ts';

const querySchema = z.object({ account: accountKeySchema.optional() });
const paramsSchema = z.object({ key: catalogKeySchema });

/** A desk with what people write of its items. */
type RemoteCatalog<Item, Body> = {
  list(): Promise<Item[]>;
  find(key: string): Promise<Item | null>;
  create(body: Body, by: string): Promise<CatalogResult<Item>>;
  replace(key: string, body: Body, by: string): Promise<CatalogResult<Item>>;
  remove(key: string): Promise<CatalogResult<Item>>;
};

/** One kind of thing that an account keeps under names. */
export type CatalogKind<Item extends CatalogItem, View, Body extends { name: string }> = {
  /** As in "Delete a prompt". */
  one: string;
  /** Of the operations: `createPrompt`, `listPrompts`. */
  operation: string;
  path: string;
  tag: Tag;
  about: string;
  body: z.ZodType;
  view: z.ZodType<View>;
  bodyExample: unknown;
  example: View;
  problems?: readonly ('app_not_installed' | 'record_unavailable')[];
  desk: (env: Env, account: AccountKey) => RemoteCatalog<Item, Body>;
  /** What is stored of a body that was parsed. @throws ProblemError when the caller may not have it so */
  prepare: (c: AppContext, caller: Caller, account: AccountKey, body: unknown) => Promise<Body>;
  /** Those of them that the caller may see: what somebody does not reach is not there for him. */
  visible: (c: AppContext, caller: Caller, account: AccountKey, items: Item[]) => Promise<Item[]>;
  /** @throws ProblemError when the caller may see it, but not change it */
  mustChange: (c: AppContext, caller: Caller, account: AccountKey, item: Item) => Promise<void>;
  show: (item: Item) => View;
};

/** List, create, read, replace and delete things of one kind. */
export function catalogRoutes<
  Item extends CatalogItem,
  View,
  Body extends { name: string } = CatalogBody<Item>,
>(kind: CatalogKind<Item, View, Body>): Route[] {
  const { one, operation, path, tag, desk, show } = kind;
  const onePath = `${path}/:key`;
  const answer = (description: string) => ({ description, schema: kind.view, example: kind.example });
  const target = ({ id, name }: { id: string; name: string }) => ({ kind: one, id, name });

  /** @throws ProblemError when there is none that the caller may see */
  async function seen(c: AppContext, caller: Caller, account: AccountKey, key: string): Promise<Item> {
    const item = await desk(c.env, account).find(key);
    const [found] = item === null ? [] : await kind.visible(c, caller, account, [item]);
    if (found !== undefined) return found;
    throw notFoundProblem(`${one} called ${key}`);
  }

  return [
    userRoute({
      method: 'GET',
      path,
      needs: 'viewer',
      operation: {
        id: `list${operation}s`,
        tag,
        summary: `List the ${one}s of an account by name`,
        description: kind.about,
        query: querySchema,
        answers: {
          200: {
            description: 'All that the caller may see.',
            schema: z.object({ items: z.array(kind.view) }),
            example: { items: [kind.example] },
          },
        },
        problems: ['account_needed'],
      },
      handle: async (c, caller, { query }) => {
        const account = accountFor(c, caller, query.account, 'viewer');
        const items = await kind.visible(c, caller, account, await desk(c.env, account).list());
        return c.json({ items: items.map(show) });
      },
    }),
    userRoute({
      method: 'POST',
      path,
      needs: 'operator',
      operation: {
        id: `create${operation}`,
        tag,
        summary: `Make a ${one}`,
        query: querySchema,
        body: kind.body,
        bodyExample: kind.bodyExample,
        answers: { 201: answer(`The ${one}.`) },
        problems: ['account_needed', 'conflict', 'queue_full', ...(kind.problems ?? [])],
      },
      handle: async (c, caller, { query, body }) => {
        const account = accountFor(c, caller, query.account, 'operator');
        const prepared = await kind.prepare(c, caller, account, body);
        const act = { account, action: `${one}.created`, target: target({ ...prepared, id: prepared.name }) };
        return audited(c, caller, act, async () => {
          const made = itemOf(await desk(c.env, account).create(prepared, caller.person.login));
          return c.json(show(made), 201);
        });
      },
    }),
    userRoute({
      method: 'GET',
      path: onePath,
      needs: 'viewer',
      operation: {
        id: `get${operation}`,
        tag,
        summary: `Read a ${one} by name or id`,
        params: paramsSchema,
        query: querySchema,
        answers: { 200: answer(`The ${one}.`) },
        problems: ['account_needed', 'not_found'],
      },
      handle: async (c, caller, { params, query }) => {
        const account = accountFor(c, caller, query.account, 'viewer');
        return c.json(show(await seen(c, caller, account, params.key)));
      },
    }),
    userRoute({
      method: 'PUT',
      path: onePath,
      needs: 'operator',
      operation: {
        id: `replace${operation}`,
        tag,
        summary: `Write a ${one} anew`,
        description: 'What is left out takes its default. Its id stays.',
        params: paramsSchema,
        query: querySchema,
        body: kind.body,
        bodyExample: kind.bodyExample,
        answers: { 200: answer(`The ${one} now.`) },
        problems: ['account_needed', 'not_found', 'conflict', ...(kind.problems ?? [])],
      },
      handle: async (c, caller, { params, query, body }) => {
        const account = accountFor(c, caller, query.account, 'operator');
        const known = await seen(c, caller, account, params.key);
        await kind.mustChange(c, caller, account, known);
        const prepared = await kind.prepare(c, caller, account, body);
        const act = { account, action: `${one}.changed`, target: target(known) };
        return audited(c, caller, act, async () =>
          c.json(show(itemOf(await desk(c.env, account).replace(known.id, prepared, caller.person.login)))),
        );
      },
    }),
    userRoute({
      method: 'DELETE',
      path: onePath,
      needs: 'operator',
      operation: {
        id: `delete${operation}`,
        tag,
        summary: `Delete a ${one}`,
        description: 'Sessions and tasks that were made with it stay as they are.',
        params: paramsSchema,
        query: querySchema,
        answers: { 204: { description: 'It is gone.' } },
        problems: ['account_needed', 'not_found', 'conflict'],
      },
      handle: async (c, caller, { params, query }) => {
        const account = accountFor(c, caller, query.account, 'operator');
        const known = await seen(c, caller, account, params.key);
        await kind.mustChange(c, caller, account, known);
        return audited(c, caller, { account, action: `${one}.deleted`, target: target(known) }, async () => {
          itemOf(await desk(c.env, account).remove(known.id));
          return c.body(null, 204);
        });
      },
    }),
  ];
}

/** @throws ProblemError when the desk refused */
function itemOf<Item>(result: CatalogResult<Item>): Item {
  if (result.status === 'refused') throw refusalProblem(result);
  return result.item;
}
