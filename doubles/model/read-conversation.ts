import type { Message } from './messages-schema.ts';
import { blocksOf, isText, isToolResult } from './messages-schema.ts';
import type { Script, ScriptContext } from './script.ts';

const MARKER = /\[\[([a-z][\w-]*)(?::([\s\S]*?))?\]\]/g;

/** How the CLI words a message that it folds into a running turn. */
const NOTE_LEAD = /The user sent (?:a new message|new messages) while you were working:\s*/;

/** The CLI's own words where an interrupted turn was resumed: no answer of ours. */
const MENDED = 'No response requested.';

export type ChosenScript = {
  script: Script;
  step: number;
  /** Model answers in the whole conversation: with the script and the step it names this request. */
  answers: number;
  context: ScriptContext;
};

/** What a person wrote, without the reminders that the CLI puts around it. Null when nobody wrote anything. */
function userText(message: Message): string | null {
  if (message.role !== 'user') return null;
  const texts = blocksOf(message)
    .filter(isText)
    .map((block) => block.text)
    .filter((words) => !words.startsWith('<system-reminder>'));
  return texts.length === 0 ? null : texts.join('\n');
}

function plainText(message: Message): string {
  return blocksOf(message)
    .filter(isText)
    .map((block) => block.text)
    .join('\n');
}

function isAnswer(message: Message): boolean {
  return message.role === 'assistant' && plainText(message) !== MENDED;
}

/** Messages of the user that reached the model in the middle of a turn, as role `system` entries. */
export function notesOf(messages: readonly Message[]): string[] {
  return messages
    .filter((message) => message.role !== 'assistant')
    .map(plainText)
    .filter((words) => NOTE_LEAD.test(words))
    .map((words) => words.slice(words.search(NOTE_LEAD)).replace(NOTE_LEAD, '').trim());
}

function resultText(message: Message): string[] {
  return blocksOf(message)
    .filter(isToolResult)
    .map((block) =>
      typeof block.content === 'string' ? block.content : JSON.stringify(block.content ?? ''),
    );
}

function findScript(prompt: string, scripts: readonly Script[]): { script: Script; arg: string } | null {
  /** The newest: after an error the API gets two prompts of the user as one message. */
  const marker = [...prompt.matchAll(MARKER)].at(-1);
  if (marker !== undefined) {
    const script = scripts.find((candidate) => candidate.name === marker[1]);
    if (script !== undefined) return { script, arg: marker[2] ?? '' };
  }
  const script = scripts.find((candidate) => candidate.matches?.(prompt) === true);
  return script === undefined ? null : { script, arg: '' };
}

/** Finds the newest user text that names a script, and how far that script has come. */
export function readConversation(
  messages: readonly Message[],
  scripts: readonly Script[],
): ChosenScript | null {
  const prompts = messages.map(userText);
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const prompt = prompts[index];
    if (prompt === null || prompt === undefined) continue;
    const found = findScript(prompt, scripts);
    if (found === null) continue;
    const since = messages.slice(index + 1);
    return {
      script: found.script,
      answers: messages.filter(isAnswer).length,
      step: since.filter(isAnswer).length,
      context: {
        arg: found.arg,
        prompt,
        notes: notesOf(since),
        toolResults: since.flatMap(resultText),
        earlierPrompts: prompts.slice(0, index).filter((words) => words !== null),
      },
    };
  }
  return null;
}
