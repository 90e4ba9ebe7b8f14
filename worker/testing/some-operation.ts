import type { Operation } from '../http/operation.ts';

/** For routes that only a test has: they take what comes. */
export const SOME_OPERATION: Operation = {
  id: 'doSomething',
  tag: 'Service',
  summary: 'Do something',
  answers: { 200: { description: 'Something' } },
};
