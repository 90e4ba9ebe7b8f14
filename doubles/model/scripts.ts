import { DEFAULT_DEMO_FILES, demoGreeting } from './demo-greeting.ts';
import { FAULT_SCRIPTS } from './fault-scripts.ts';
import type { Script } from './script.ts';
import { bash, text, tool } from './script.ts';

/** `[[say:words]]`: answers with these words. */
const say: Script = { name: 'say', steps: ({ arg }) => [text(arg)] };

/** `[[bash:command]]`: runs a command and repeats what it printed. */
const runBash: Script = {
  name: 'bash',
  steps: ({ arg, toolResults }) => [bash(arg), text(`The command printed: ${toolResults.at(-1) ?? ''}`)],
};

/** `[[write:path|content]]`: writes a file. */
const write: Script = {
  name: 'write',
  steps: ({ arg }) => {
    const bar = arg.indexOf('|');
    return [
      tool('Write', { file_path: arg.slice(0, bar), content: arg.slice(bar + 1) }),
      text(`Wrote ${arg.slice(0, bar)}.`),
    ];
  },
};

/** `[[tool:{"name":"…","input":{…}}]]`: calls any tool and repeats its result. */
const anyTool: Script = {
  name: 'tool',
  steps: ({ arg, toolResults }) => {
    const call: { name: string; input: Record<string, unknown> } = JSON.parse(arg);
    return [tool(call.name, call.input), text(`The tool said: ${toolResults.at(-1) ?? ''}`)];
  },
};

/** `[[fix-bug:file]]`: reads a file, writes it anew, runs a command, sums up. The file must exist. */
const fixBug: Script = {
  name: 'fix-bug',
  steps: ({ arg }) => [
    tool('Read', { file_path: arg }, `I will look at ${arg} first.`),
    tool('Write', { file_path: arg, content: 'fixed\n' }, 'The content is wrong. I will correct it.'),
    bash(`cat '${arg}' && git status --short`, 'Now I check the result.'),
    text(`Fixed ${arg}.`),
  ],
};

/** How many steps `loop` has when none is given. */
const LOOP_STEPS = 3;

/**
 * `[[loop:n]]`: n tool calls, then a summary that repeats the notes that came in meanwhile. The answer after call
 * k waits at the hold `loop-k`, and the summary at `loop-end`, if the test holds them.
 */
const loop: Script = {
  name: 'loop',
  steps: ({ arg, notes }) => {
    const count = Number(arg || LOOP_STEPS);
    const calls = Array.from({ length: count }, (_, index) => ({
      ...bash(`echo step ${index + 1}`, `Step ${index + 1} of ${count}.`),
      hold: `loop-${index}`,
    }));
    const heard = notes.length === 0 ? 'No message came in.' : `You said: ${notes.join(' / ')}`;
    return [...calls, { ...text(`The loop is over. ${heard}`), hold: 'loop-end' }];
  },
};

/** `[[long-command]]`: one command that runs for a long time, in pieces that the Bash tool accepts. */
const longCommand: Script = {
  name: 'long-command',
  steps: ({ arg }) => [bash(arg || 'for i in $(seq 3000); do sleep 0.1; done'), text('The command ended.')],
};

/** `[[slow-text:words]]`: a stream that takes its time, one word of 60 every 100 ms. */
const slowText: Script = {
  name: 'slow-text',
  steps: ({ arg }) => [text(arg || 'word '.repeat(60), { chunkChars: 5, chunkDelayMs: 100 })],
};

/** `[[think:thoughts]]`: thinks, then answers. */
const think: Script = {
  name: 'think',
  steps: ({ arg }) => [
    {
      type: 'answer',
      blocks: [
        { type: 'thinking', text: arg },
        { type: 'text', text: 'Thought about it.' },
      ],
    },
  ],
};

/** `[[history]]`: says which user texts came before, so that a test sees what a resumed session remembers. */
const history: Script = {
  name: 'history',
  steps: ({ earlierPrompts }) => [text(`Before this you said: ${JSON.stringify(earlierPrompts)}`)],
};

/** `[[agent:prompt]]`: hands a prompt, which may hold a marker of its own, to a sub-agent. */
const agent: Script = {
  name: 'agent',
  steps: ({ arg, toolResults }) => [
    tool('Agent', {
      description: 'sub work',
      prompt: arg.replace('<<', '[[').replace('>>', ']]'),
      subagent_type: 'general-purpose',
    }),
    text(`The agent said: ${toolResults.at(-1) ?? ''}`),
  ],
};

/** `[[ask:question]]`: asks the user. */
const ask: Script = {
  name: 'ask',
  steps: ({ arg, toolResults }) => [
    tool('AskUserQuestion', {
      questions: [
        {
          question: arg,
          header: 'Choice',
          multiSelect: false,
          options: [
            { label: 'One', description: 'the first' },
            { label: 'Two', description: 'the second' },
          ],
        },
      ],
    }),
    text(`The answer was: ${toolResults.at(-1) ?? ''}`),
  ],
};

/** Every script that needs no parameters of its own. A test adds to it or brings its own list. */
export const DEFAULT_SCRIPTS: readonly Script[] = [
  say,
  runBash,
  write,
  anyTool,
  fixBug,
  loop,
  longCommand,
  slowText,
  think,
  history,
  agent,
  ask,
  ...FAULT_SCRIPTS,
  demoGreeting(DEFAULT_DEMO_FILES),
];
