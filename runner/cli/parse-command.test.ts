import { expect, it } from 'vitest';
import { parseCommand } from './parse-command.ts';

it.each([
  [[], { name: 'help' }],
  [['--help'], { name: 'help' }],
  [['version'], { name: 'version' }],
  [['start'], { name: 'start', once: false, flags: {} }],
  [['start', '--once', '--capacity', '3'], { name: 'start', once: true, flags: { capacity: '3' } }],
  [['doctor', '--json'], { name: 'doctor', json: true, flags: {} }],
  [
    ['register', '--url', 'https://x', '--name', 'box'],
    { name: 'register', runnerName: 'box', tokenFile: null, flags: { url: 'https://x' } },
  ],
  [['trust', '--key', 'abc'], { name: 'trust', keyId: 'abc', flags: {} }],
  [
    ['trust', '--key', '-qQm', '--url', 'https://x'],
    { name: 'trust', keyId: '-qQm', flags: { url: 'https://x' } },
  ],
  [['trust', '--key', '--qQ'], { name: 'trust', keyId: '--qQ', flags: {} }],
  [['trust', '--key=-qQm'], { name: 'trust', keyId: '-qQm', flags: {} }],
  [
    ['attach', '--account', 'github:12', '--url', 'https://x'],
    {
      name: 'attach',
      project: null,
      session: null,
      account: 'github:12',
      keyFile: null,
      flags: { url: 'https://x' },
    },
  ],
  [['detach', '--project', '/p'], { name: 'detach', project: '/p', discard: false, flags: {} }],
])('reads %j', (args, command) => {
  expect(parseCommand(args)).toEqual(command);
});

it.each([
  [['strat']],
  [['start', 'now']],
  [['doctor', '--once']],
  [['start', '--credential', 'x']],
  [['start', '--json']],
  [['start', '--name', 'box']],
  [['register', '--token', 'sbt_x']],
  [['register', 'sbt_x']],
  [['doctor', '--key', 'abc']],
  [['trust', '--key']],
  [['trust', '--key', '--url', 'https://x']],
  [['attach', '--session', 'abc']],
  [['attach', '--account', 'acme']],
  [['detach', '--session', '3f2504e0-4f89-41d3-9a0c-0305e82c3301']],
])('refuses %j and says why', (args) => {
  expect(parseCommand(args)).toEqual({ name: 'mistake', message: expect.stringMatching(/\w/) });
});
