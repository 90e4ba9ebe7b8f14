import type { HookReportsAnswer, HookReportsBody } from '../../protocol/hooks.ts';

const CLAUDE_SESSION = 'f92a90c5-9bd8-4b86-9bbb-4c1bb140064d';
const TOOL_USE = 'toolu_01A09q90qw90lq917835lq9';

/** As Claude Code sends it after a command. */
export const TOOL_COMPLETE_EXAMPLE = {
  session_id: CLAUDE_SESSION,
  transcript_path: '/home/mona/.claude/projects/-home-mona-shop/f92a90c5.jsonl',
  cwd: '/home/mona/shop',
  prompt_id: '084aed09-3fd9-457e-a302-34b5768bcfbd',
  permission_mode: 'acceptEdits',
  hook_event_name: 'PostToolUse',
  tool_name: 'Bash',
  tool_input: { command: 'npm test', description: 'Run the tests' },
  tool_response: { stdout: '12 passed', stderr: '', interrupted: false },
  tool_use_id: TOOL_USE,
  duration_ms: 2_140,
};

export const PROMPT_EXAMPLE = {
  session_id: CLAUDE_SESSION,
  cwd: '/home/mona/shop',
  prompt_id: '084aed09-3fd9-457e-a302-34b5768bcfbd',
  hook_event_name: 'UserPromptSubmit',
  prompt: 'Mend the login page.',
};

export const REPORTS_EXAMPLE: HookReportsBody = {
  claudeSessionId: CLAUDE_SESSION,
  cwd: '/home/mona/shop',
  host: 'monas-laptop',
  reports: [
    {
      key: `${CLAUDE_SESSION}:result:${TOOL_USE}`,
      at: 1_795_000_000_000,
      promptId: '084aed09-3fd9-457e-a302-34b5768bcfbd',
      agentId: null,
      fact: {
        type: 'tool_completed',
        toolUseId: TOOL_USE,
        name: 'Bash',
        input: { text: '{"command":"npm test"}', bytes: 22, cut: false },
        isError: false,
        output: { text: '12 passed', bytes: 9, cut: false },
        durationMs: 2_140,
      },
    },
  ],
};

export const REPORTS_ANSWER_EXAMPLE: HookReportsAnswer = {
  sessionId: '7c0f8f4e-2f0b-5d77-9d0e-6f6a6f3c2b11',
  stored: 1,
  known: 0,
};
