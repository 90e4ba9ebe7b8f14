/** Something that only a person can decide, before a tool runs. */
export type ToolQuestion = {
  toolUseId: string;
  kind: 'question' | 'permission';
  name: string;
  input: Readonly<Record<string, unknown>>;
};

/**
 * `park`: nobody has answered for long. Claude Code keeps the tool use and ends, and goes on with it when it is started
 * again.
 */
export type ToolVerdict =
  | { type: 'allow'; input: Record<string, unknown> }
  | { type: 'deny'; message: string }
  | { type: 'park' };

export type AskHow = {
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** Whether `park` would do, asked at that moment. */
  mayPark: () => boolean;
};

/** Asks a person. Never rejects. */
export type AskPerson = (question: ToolQuestion, how: AskHow) => Promise<ToolVerdict>;
