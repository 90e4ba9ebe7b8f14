import { openRecord, type RecordDb } from '../record/open-record.ts';
import { ProblemError } from './problem.ts';
import type { AppContext } from './route.ts';

/** Asks the record. Its absence is an expected failure: sessions go on without it. @throws ProblemError */
export async function readRecord<T>(c: AppContext, ask: (db: RecordDb) => Promise<T>): Promise<T> {
  try {
    return await ask(openRecord(c.env));
  } catch (cause) {
    throw new ProblemError(
      503,
      'record_unavailable',
      {
        title: 'The record is unavailable',
        detail: 'The libSQL database did not answer. Sessions and tasks go on; lists and searches do not.',
        remedy: 'Check the database behind LIBSQL_URL and its migrations, then try again.',
      },
      { cause },
    );
  }
}
