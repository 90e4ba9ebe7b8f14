import { z } from 'zod';

/** A moment as it stands in a query, such as `2026-11-01` (midnight UTC) or `2026-11-01T08:00:00Z`; ms since 1970. */
export const momentParameterSchema = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'must be a date (2026-11-01) or a time with its zone (2026-11-01T08:00:00Z)',
  })
  .transform((text) => Date.parse(text));

/** From the first moment on, up to but without the second. */
export const momentRangeParameters = {
  from: momentParameterSchema.optional(),
  to: momentParameterSchema.optional(),
};
