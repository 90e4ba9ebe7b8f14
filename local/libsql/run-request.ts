import type { HranaErrorBody } from './hrana-error.ts';
import { toErrorBody } from './hrana-error.ts';
import type { HranaRequest } from './hrana-schema.ts';
import type { BeforeStep, StepOutcome } from './run-batch.ts';
import { runBatch } from './run-batch.ts';
import type { SqlStream } from './sql-stream.ts';

export type StreamResult =
  | { type: 'ok'; response: { type: string } }
  | { type: 'error'; error: HranaErrorBody };

/** Answers one request of a pipeline. What is wrong with the request is in the answer; a bug is thrown. */
export async function runRequest(
  stream: SqlStream,
  request: HranaRequest,
  signal: AbortSignal,
  beforeStep: BeforeStep,
): Promise<StreamResult> {
  try {
    return { type: 'ok', response: await answer(stream, request, signal, beforeStep) };
  } catch (error) {
    return { type: 'error', error: toErrorBody(error) };
  }
}

async function answer(stream: SqlStream, request: HranaRequest, signal: AbortSignal, beforeStep: BeforeStep) {
  const { type } = request;
  switch (type) {
    case 'execute':
      return { type, result: await stream.execute(request.stmt, signal) };
    case 'batch':
      return { type, result: toBatchResult(await runBatch(stream, request.batch, signal, beforeStep)) };
    case 'sequence':
      await stream.sequence(request, signal);
      return { type };
    case 'describe':
      return { type, result: stream.describe(request) };
    case 'store_sql':
      stream.storeSql(request.sql_id, request.sql);
      return { type };
    case 'close_sql':
      stream.closeSql(request.sql_id);
      return { type };
    case 'get_autocommit':
      return { type, is_autocommit: stream.isAutocommit };
    case 'close':
      stream.close();
      return { type };
  }
}

function toBatchResult(outcomes: StepOutcome[]) {
  return {
    step_results: outcomes.map((outcome) => (outcome.status === 'ok' ? outcome.result : null)),
    step_errors: outcomes.map((outcome) => (outcome.status === 'error' ? outcome.error : null)),
  };
}
