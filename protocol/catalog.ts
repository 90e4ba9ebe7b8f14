import { z } from 'zod';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What people call a thing of their account, in addresses and options too. */
export const slugSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be lower-case letters, digits and hyphens, up to 63, such as "nightly-update"',
  )
  .refine((name) => !UUID.test(name), 'must not look like an id');

/** Found by name or by id: an id never changes, a name is easier to remember. */
export const catalogKeySchema = z.union([slugSchema, z.uuid()]);

export const descriptionSchema = z.string().trim().max(1_000).default('');

/** What every thing of an account's catalogue has besides its own fields. Times are ms since 1970. */
export const catalogFields = {
  id: z.uuid(),
  createdAt: z.int(),
  createdBy: z.string(),
  updatedAt: z.int(),
  updatedBy: z.string(),
};

/** As many as anybody keeps an eye on; of each kind, in an account. */
export const MAX_CATALOG_ITEMS = 500;
