import type { SqlStatement } from './analyze-sql.ts';
import { HranaError } from './hrana-error.ts';
import type { HranaStmt } from './hrana-schema.ts';
import type { SqlValue } from './hrana-values.ts';
import { decodeValue } from './hrana-values.ts';

/** SQLite's own limit for the number of parameters, which keeps `?9999999` from making a huge list. */
const MAX_PARAMETERS = 32_766;

/** The value of each parameter by position. Those given beyond what the statement takes are ignored, as by Turso. */
export function bindArgs(statement: SqlStatement, stmt: HranaStmt): SqlValue[] {
  const args = stmt.args ?? [];
  const named = stmt.named_args ?? [];
  const { parameters } = statement;
  if (args.length > 0 && named.length > 0) {
    throw new HranaError(
      'ARGS_BOTH_POSITIONAL_AND_NAMED',
      'A statement takes positional or named arguments, not both.',
    );
  }
  if (parameters.length > MAX_PARAMETERS) {
    throw new HranaError('ARGS_INVALID', `A statement takes at most ${MAX_PARAMETERS} parameters.`);
  }
  const byName = new Map(named.map(({ name, value }) => [bareName(name), value]));
  return parameters.map((name, index) => {
    const value = named.length > 0 && name !== undefined ? byName.get(bareName(name)) : args[index];
    if (value === undefined) {
      throw new HranaError('ARGS_INVALID', `The value for parameter ${name ?? `?${index + 1}`} is missing.`);
    }
    return decodeValue(value);
  });
}

/** Clients give names with or without the prefix that the statement writes. */
function bareName(name: string): string {
  return name.replace(/^[:@$?]/, '');
}
