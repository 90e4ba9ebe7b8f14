/** What the scripted model says in one message. */
export type Block =
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | { type: 'tool'; name: string; input: Record<string, unknown> };

export type StepUsage = {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens?: number;
  cacheWriteTokens?: number;
};

/** How an answer comes: all at once unless said. */
export type Pace = { delayMs?: number; chunkChars?: number; chunkDelayMs?: number };

export type AnswerStep = Pace & {
  type: 'answer';
  blocks: readonly Block[];
  /** Default: `tool_use` when a block is a tool call, else `end_turn`. */
  stopReason?: string;
  /** Default: estimated from the request's and the answer's length. */
  usage?: StepUsage;
  /** The answer waits while `hold(name)` is in force. */
  hold?: string;
  /** Response headers, for rate limits told on a success. */
  headers?: Record<string, string>;
};

/** A fault happens `times` times for this step of this conversation (default: always), then `afterwards`. */
type Fault = { times?: number; afterwards?: AnswerStep };

export type ErrorStep = Fault & {
  type: 'http_error';
  status: number;
  errorType: string;
  message: string;
  retryAfterS?: number;
  headers?: Record<string, string>;
};

export type Step =
  | AnswerStep
  | ErrorStep
  /** An `error` event in the middle of a stream that began with 200. */
  | (Fault & { type: 'stream_error'; errorType: string; message: string })
  /** The socket is destroyed: after the headers, in the middle of the text, or before the last event. */
  | (Fault & { type: 'cut'; at: 'start' | 'middle' | 'end' })
  /** No answer at all, not even headers. */
  | (Fault & { type: 'hang' })
  /** Headers and the first event, then silence with an open socket. */
  | (Fault & { type: 'stall' });

/** What a script can see when it decides its steps. */
export type ScriptContext = {
  /** What stood after the colon in the marker; empty for a script found by its predicate. */
  arg: string;
  /** The text that chose the script. */
  prompt: string;
  /** Messages that the user sent while the turn ran, in the words in which the model got them. */
  notes: readonly string[];
  /** Text of the tool results since the prompt, oldest first. */
  toolResults: readonly string[];
  /** User texts before the prompt, oldest first: what a resumed conversation remembers. */
  earlierPrompts: readonly string[];
};

/**
 * A script is chosen by the marker `[[name]]` or `[[name:arg]]` in the newest user text, or by its predicate.
 * The number of assistant messages since that text says which step is next, so that scripts survive resumes,
 * retries and many conversations at once without any memory here.
 */
export type Script = {
  name: string;
  matches?: (prompt: string) => boolean;
  steps: (context: ScriptContext) => readonly Step[];
};

export function text(words: string, pace: Pace = {}): AnswerStep {
  return { type: 'answer', blocks: [{ type: 'text', text: words }], ...pace };
}

export function tool(name: string, input: Record<string, unknown>, words?: string): AnswerStep {
  const call: Block = { type: 'tool', name, input };
  return { type: 'answer', blocks: words === undefined ? [call] : [{ type: 'text', text: words }, call] };
}

export function bash(command: string, words?: string): AnswerStep {
  return tool('Bash', { command, description: 'Run a command' }, words);
}
