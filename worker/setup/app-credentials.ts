import { z } from 'zod';

/** A GitHub App that was made from our manifest. All of it is kept, and only encrypted. */
export const appCredentialsSchema = z.object({
  appId: z.int().positive(),
  slug: z.string().min(1),
  name: z.string(),
  htmlUrl: z.url(),
  privateKey: z.string().includes('PRIVATE KEY-----'),
  webhookSecret: z.string().min(1),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  createdAt: z.int(),
});
export type AppCredentials = z.output<typeof appCredentialsSchema>;
