import { bash, type Script, text, tool } from '../doubles/model/script.ts';

/**
 * `[[write-and-hold:file|hold]]`: writes a file, then waits at the hold. What Claude is told when it goes on on
 * another machine makes it write a second file, whose name says what it remembers.
 */
export const writeAndHold: Script = {
  name: 'write-and-hold',
  steps: ({ arg }) => {
    const [file = '', hold = ''] = arg.split('|');
    return [
      tool('Write', { file_path: file, content: 'part one\n' }, 'The first part.'),
      { ...bash('echo waiting', 'Now the second part.'), hold },
      text('Everything is there.'),
    ];
  },
};

export const goOnElsewhere: Script = {
  name: 'go-on-elsewhere',
  matches: (prompt) => prompt.includes('you go on on another one'),
  steps: ({ notes, earlierPrompts }) => [
    bash('cat part-one.txt; git status --short', 'I look at what is there.'),
    tool('Write', {
      file_path: 'part-two.txt',
      content: `remembers: ${earlierPrompts.some((one) => one.includes('write-and-hold'))}\n`,
    }),
    text(`Both parts are there. ${notes.join(' ')}`),
  ],
};

/**
 * `[[write-then-wait:file]]`: writes a file, runs a command that goes on for minutes, and sums up. The command
 * carries the file's name, so that a test finds it among the machine's processes.
 */
export const writeThenWait: Script = {
  name: 'write-then-wait',
  steps: ({ arg }) => [
    tool('Write', { file_path: arg, content: 'written before the crash\n' }, 'I write the file first.'),
    bash(`: ${arg}; for i in $(seq 3000); do sleep 0.1; done`, 'Now a long command.'),
    text('Everything is there.'),
  ],
};
