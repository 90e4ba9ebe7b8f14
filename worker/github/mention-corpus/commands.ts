import type { ParsedMention } from '../parse-mention.ts';
import { type CorpusCase, prompt } from './corpus-case.ts';

const command = (
  type: Extract<ParsedMention, { status: 'command' }>['command']['type'],
  text = '',
): ParsedMention => ({ status: 'command', command: { type, text, options: {} } });

/** What is a command, and what only begins like one. */
export const COMMANDS: CorpusCase[] = [
  { title: 'stop', body: '@signalbox stop', expected: command('stop') },
  { title: 'stop, loudly', body: '@signalbox STOP!!!', expected: command('stop') },
  { title: 'stop, politely', body: '@signalbox please stop now.', expected: command('stop') },
  { title: 'stop below other words', body: 'This goes wrong.\n\n@signalbox stop', expected: command('stop') },
  {
    title: 'stop with a reason',
    body: '@signalbox stop: wrong branch',
    expected: command('stop', 'wrong branch'),
  },
  {
    title: 'stop above a quoted mail',
    body: '@signalbox stop\n\nOn Mon, 3 Nov, Bob wrote:\n> hello',
    expected: command('stop'),
  },
  { title: 'cancel means stop', body: '@signalbox cancel', expected: command('stop') },
  {
    title: 'a request that begins with stop',
    body: '@signalbox stop the server from crashing',
    expected: prompt('stop the server from crashing'),
  },
  { title: 'retry', body: '@signalbox retry', expected: command('retry') },
  { title: 'try again', body: '@signalbox please try again', expected: command('retry') },
  {
    title: 'a request that begins with retry',
    body: '@signalbox retry the upload when it fails',
    expected: prompt('retry the upload when it fails'),
  },
  {
    title: 'retry with more below',
    body: '@signalbox retry\nbut with the new API',
    expected: prompt('retry\nbut with the new API'),
  },
  { title: 'resume', body: '**@signalbox** resume', expected: command('resume') },
  { title: 'approve', body: '@signalbox approve', expected: command('approve') },
  { title: 'reject', body: '@signalbox reject', expected: command('reject') },
  {
    title: 'rework with a reason',
    body: '@signalbox rework it drops the index\nand the key',
    expected: command('rework', 'it drops the index\nand the key'),
  },
  {
    title: 'reject with a reason',
    body: '@signalbox reject: it drops the index',
    expected: command('reject', 'it drops the index'),
  },
  { title: 'status', body: '@signalbox status?', expected: command('status') },
  { title: 'help', body: 'Hm. @signalbox help', expected: command('help') },
  {
    title: 'a request that begins with help',
    body: '@signalbox help us move to ESM',
    expected: prompt('help us move to ESM'),
  },
];
