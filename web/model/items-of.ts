import { z } from 'zod';

/** What the API answers where an account has a few things of a kind: all of them at once. */
export const itemsOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
