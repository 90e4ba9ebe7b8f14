import { bash, type Script, text, tool } from '../doubles/model/script.ts';

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
