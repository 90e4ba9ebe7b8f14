import { z } from 'zod';
import { envelopeSchema } from './payload-schemas.ts';
import { toRepository } from './webhook-repository.ts';

/** A webhook that names who has done something in a repository. */
export const actSchema = envelopeSchema.extend({
  sender: z.object({ login: z.string(), id: z.int(), type: z.string() }),
});

/** Who has done it, and where. */
export function actOf({ installation, repository, sender }: z.output<typeof actSchema>) {
  return {
    account: `github:${repository.owner.id}` as const,
    author: sender,
    installationId: installation.id,
    repository: toRepository(repository),
  };
}
