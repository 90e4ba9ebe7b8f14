import type { Refused } from '../../contracts.ts';
import type { SessionRecord, TaskRecord } from '../session-record.ts';

/** Nothing can be handed to a session that only shows a terminal; null when this one is another kind. */
export function refuseAttached(session: SessionRecord): Refused | null {
  const { attached } = session;
  if (attached === undefined) return null;
  const place = attached.host === null ? '' : ` on ${attached.host}`;
  return {
    status: 'refused',
    code: 'not_allowed',
    message: `This session shows a Claude Code in the terminal of ${attached.by}${place}; nothing can be started or said in it from here.`,
    remedy: 'Say it in that terminal, or make a session of your own with POST /api/sessions.',
  };
}

/** The same for what is to become of one of its tasks. */
export function refuseAttachedTask({ attached, view }: TaskRecord): Refused | null {
  if (attached === undefined) return null;
  return {
    status: 'refused',
    code: 'not_allowed',
    message: `Task ${view.number} is a prompt in the terminal of ${view.requester.login}; it can't be steered from here.`,
    remedy: 'Do it in that terminal.',
  };
}
