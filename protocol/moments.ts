import { z } from 'zod';

/** A moment as it stands in a query: `2026-11-01` (midnight UTC), `2026-11-01T08:00:00Z`, or ms since 1970. */
export const momentParameterSchema = z
  .union([z.iso.date(), z.iso.datetime({ offset: true }), z.string().regex(/^\d{10,15}$/)], {
    error: 'must be a date (2026-11-01), a time with its zone (2026-11-01T08:00:00Z) or ms since 1970',
  })
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)));

/** From the first moment on, up to but without the second. */
export const momentRangeParameters = {
  from: momentParameterSchema.optional(),
  to: momentParameterSchema.optional(),
};
