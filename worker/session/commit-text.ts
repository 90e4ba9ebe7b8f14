import type { Job } from '../../protocol/job.ts';
import type { Person } from '../../protocol/task.ts';
import { breakReferences } from '../../redact/break-references.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';

/** Git's convention for subjects; longer ones are cut by most tools. */
const MAX_SUBJECT_CHARS = 72;

/** Below this a first line ("fix this", "try again") says less than the issue's title. */
const MIN_SUBJECT_CHARS = 16;

/** As much as the protocol takes. */
const MAX_BODY_CHARS = 4_000;

/**
 * What a task's commit says: by the template of its options, or what was asked, and who asked for it where. What a
 * stranger wrote neither closes an issue nor notifies anybody.
 */
export function commitText(
  session: SessionRecord,
  { view }: TaskRecord,
  publicUrl: string,
): Pick<Job['commit'], 'subject' | 'body'> {
  const subject = commitSubject(session, view.request, view.number);
  const { commitMessage } = view.options;
  if (commitMessage === null || commitMessage === undefined) {
    return { subject, body: commitBody(session, view.requester, publicUrl) };
  }
  const values: Record<string, string> = {
    subject,
    request: breakReferences(view.request),
    requester: view.requester.login,
    task: view.id,
    session: `${publicUrl}/sessions/${session.id}`,
  };
  const filled = commitMessage.replace(/\{(\w+)\}/g, (found, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? found) : found,
  );
  const [first = '', ...rest] = filled.trim().split('\n');
  return { subject: oneLine(first) || subject, body: rest.join('\n').trim().slice(0, MAX_BODY_CHARS) };
}

/** The first task of an issue is the issue; later ones, and work on pull requests, are what was asked. */
function commitSubject(session: SessionRecord, request: string, taskNumber: number): string {
  const asked = oneLine(request);
  const isIssue = session.thread !== null && !session.thread.isPullRequest;
  const useTitle = asked.length < MIN_SUBJECT_CHARS || (isIssue && taskNumber === 1);
  const title = oneLine(session.title);
  // Whoever wrote the title may have no right to close anything; the commit will be merged by somebody who has.
  const subject = useTitle && title !== '' ? breakReferences(title) : asked;
  return subject === '' ? 'Work by Claude' : subject;
}

function oneLine(text: string): string {
  const line = (text.trim().split('\n', 1)[0] ?? '')
    // A subject must not look like an option of git or a trailer to it; control characters hide text.
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/^[-#*>\s]+/, '')
    .trim();
  const characters = [...line];
  if (characters.length <= MAX_SUBJECT_CHARS) return line;
  return `${characters
    .slice(0, MAX_SUBJECT_CHARS - 1)
    .join('')
    .trimEnd()}…`;
}

function commitBody(session: SessionRecord, requester: Person, publicUrl: string): string {
  const where = session.thread === null ? '' : ` in ${session.thread.url}`;
  return `Requested by ${requester.login}${where}\nSession: ${publicUrl}/sessions/${session.id}`;
}
