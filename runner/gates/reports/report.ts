import type { z } from 'zod';
import type { Annotation, testCountsSchema } from '../../../protocol/gates.ts';

/** As the report names it: its path may be absolute, or begin at the folder that the command ran in. */
export type Finding = Annotation;

export type Report = {
  /** Null in a report that counts no tests. */
  tests: z.infer<typeof testCountsSchema> | null;
  findings: Finding[];
};
