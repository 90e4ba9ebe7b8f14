import { z } from 'zod';

/** How a browser can be signed in here. A file of its own: the page loads it. */
export const signInMethodsSchema = z.object({ link: z.literal(true), github: z.boolean() });
