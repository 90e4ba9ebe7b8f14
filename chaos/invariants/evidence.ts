import type { CommentView, PullView } from '../../doubles/github/inspect.ts';
import type { CheckRun } from '../../doubles/github/model.ts';
import type { LoggedEvent } from '../../protocol/events.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { MessageView, TaskView } from '../../protocol/task.ts';
import type { SessionPlan } from '../plan/plan-round.ts';

/** Something that must never be. `rule` names what was broken, `where` the session, machine or delivery. */
export type Violation = { rule: string; where: string; what: string };

/** What libSQL holds of a session. */
export type RecordEvidence = {
  session: { status: string; taskCount: number; claudeSessionId: string | null } | null;
  tasks: Pick<TaskView, 'id' | 'state' | 'epoch' | 'branch' | 'commitSha' | 'summary' | 'endedAt'>[];
  messages: Pick<MessageView, 'id' | 'status' | 'content'>[];
  commands: { taskId: string; toolUseId: string; tool: string; status: string; result: string | null }[];
  /** Event ids of the turns that were paid for. */
  turns: number[];
};

/** What GitHub shows of a conversation. */
export type GitHubEvidence = {
  /** By the App. */
  comments: Pick<CommentView, 'id' | 'body'>[];
  /** Whose head is a branch of one of its tasks. */
  pulls: (Pick<PullView, 'number' | 'head' | 'headSha'> & { files: readonly string[] })[];
  checkRuns: Pick<CheckRun, 'externalId' | 'headSha' | 'conclusion'>[];
};

/** Everything that is known of one session when its round is over, from all who know something. */
export type SessionEvidence = {
  plan: SessionPlan;
  said: readonly string[];
  sessionId: string;
  session: SessionView;
  tasks: TaskView[];
  messages: MessageView[];
  /** As the session's object has it. */
  log: LoggedEvent[];
  /** As each of its viewers had it, over all cuts. */
  viewers: readonly (readonly LoggedEvent[])[];
  record: RecordEvidence;
  github: GitHubEvidence | null;
};

/** One rule or several about one session. Pure. */
export type Check = (evidence: SessionEvidence) => Violation[];

export function violationsOf(
  evidence: Pick<SessionEvidence, 'plan' | 'sessionId'>,
  found: Record<string, string[]>,
): Violation[] {
  const where = `${evidence.plan.nonce} (${evidence.sessionId})`;
  return Object.entries(found).flatMap(([rule, whats]) => whats.map((what) => ({ rule, where, what })));
}

/** Each item that is there more than once, once. */
export function doubles<T>(items: readonly T[]): T[] {
  const seen = new Set<T>();
  return [...new Set(items.filter((item) => seen.size === seen.add(item).size))];
}
