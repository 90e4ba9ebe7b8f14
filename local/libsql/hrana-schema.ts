/** The bodies of Hrana 2 and 3 over HTTP in JSON, as docs/HRANA_3_SPEC.md of libSQL defines them. */
import { z } from 'zod';

const uint = z.int().min(0);

const valueSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('null') }),
  z.object({ type: z.literal('integer'), value: z.string().regex(/^-?\d{1,19}$/) }),
  z.object({ type: z.literal('float'), value: z.number() }),
  z.object({ type: z.literal('text'), value: z.string() }),
  z.object({ type: z.literal('blob'), base64: z.string() }),
]);
export type HranaValue = z.infer<typeof valueSchema>;

const sqlSourceShape = { sql: z.string().nullish(), sql_id: z.int().nullish() };

const stmtSchema = z.object({
  ...sqlSourceShape,
  args: z.array(valueSchema).nullish(),
  named_args: z.array(z.object({ name: z.string(), value: valueSchema })).nullish(),
  want_rows: z.boolean().nullish(),
});
export type HranaStmt = z.infer<typeof stmtSchema>;

export type HranaCondition =
  | { type: 'ok'; step: number }
  | { type: 'error'; step: number }
  | { type: 'not'; cond: HranaCondition }
  | { type: 'and'; conds: HranaCondition[] }
  | { type: 'or'; conds: HranaCondition[] }
  | { type: 'is_autocommit' };

const conditionSchema: z.ZodType<HranaCondition> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('ok'), step: uint }),
    z.object({ type: z.literal('error'), step: uint }),
    z.object({ type: z.literal('not'), cond: conditionSchema }),
    z.object({ type: z.literal('and'), conds: z.array(conditionSchema) }),
    z.object({ type: z.literal('or'), conds: z.array(conditionSchema) }),
    z.object({ type: z.literal('is_autocommit') }),
  ]),
);

const batchSchema = z.object({
  steps: z.array(z.object({ condition: conditionSchema.nullish(), stmt: stmtSchema })),
});
export type HranaBatch = z.infer<typeof batchSchema>;

const requestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('close') }),
  z.object({ type: z.literal('execute'), stmt: stmtSchema }),
  z.object({ type: z.literal('batch'), batch: batchSchema }),
  z.object({ type: z.literal('sequence'), ...sqlSourceShape }),
  z.object({ type: z.literal('describe'), ...sqlSourceShape }),
  z.object({ type: z.literal('store_sql'), sql_id: z.int(), sql: z.string() }),
  z.object({ type: z.literal('close_sql'), sql_id: z.int() }),
  z.object({ type: z.literal('get_autocommit') }),
]);
export type HranaRequest = z.infer<typeof requestSchema>;
export type SqlSource = { sql?: string | null; sql_id?: number | null };

export const pipelineBodySchema = z.object({ baton: z.string().nullish(), requests: z.array(requestSchema) });
export const cursorBodySchema = z.object({ baton: z.string().nullish(), batch: batchSchema });

export interface StmtResult {
  cols: { name: string; decltype: string | null }[];
  rows: HranaValue[][];
  affected_row_count: number;
  last_insert_rowid: string | null;
}
