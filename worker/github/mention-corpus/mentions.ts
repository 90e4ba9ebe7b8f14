import { type CorpusCase, prompt } from './corpus-case.ts';

/** Where a mention may stand, and what of the body is the request. */
export const MENTIONS: CorpusCase[] = [
  { title: 'starts a line', body: '@signalbox fix the flaky test', expected: prompt('fix the flaky test') },
  { title: 'any case', body: '@SignalBox Fix it', expected: prompt('Fix it') },
  { title: 'with [bot]', body: '@signalbox[bot] fix it', expected: prompt('fix it') },
  { title: 'comma after', body: '@signalbox, fix it please', expected: prompt('fix it please') },
  { title: 'colon after', body: '@signalbox: fix it', expected: prompt('fix it') },
  { title: 'dash after', body: '@signalbox - fix it', expected: prompt('fix it') },
  { title: 'in the middle', body: 'Could you, @signalbox, look?', expected: prompt('Could you, look?') },
  {
    title: 'at the end',
    body: 'The build is red.\n\nPlease mend it @signalbox',
    expected: prompt('The build is red.\n\nPlease mend it'),
  },
  {
    title: 'at the end with a full stop',
    body: 'Please mend it @signalbox.',
    expected: prompt('Please mend it'),
  },
  { title: 'bare', body: '@signalbox', expected: prompt('') },
  { title: 'bare with an exclamation mark', body: ' @signalbox! ', expected: prompt('') },
  { title: 'in parentheses', body: '(@signalbox) fix it', expected: prompt('fix it') },
  { title: 'bold', body: '**@signalbox** fix it', expected: prompt('fix it') },
  { title: 'bold with underscores', body: '__@signalbox__ fix it', expected: prompt('fix it') },
  { title: 'italic', body: '*@signalbox* fix it', expected: prompt('fix it') },
  { title: 'bold sentence', body: '**@signalbox fix it**', expected: prompt('**fix it**') },
  { title: 'after other people', body: 'cc @alice @signalbox fix it', expected: prompt('cc @alice fix it') },
  { title: 'list item', body: '- @signalbox fix it', expected: prompt('- fix it') },
  { title: 'task list item', body: '- [ ] @signalbox fix it', expected: prompt('- [ ] fix it') },
  { title: 'heading', body: '## @signalbox fix it', expected: prompt('## fix it') },
  {
    title: 'table cell',
    body: '| a |\n|---|\n| @signalbox fix it |',
    expected: prompt('| a |\n|---|\n| fix it |'),
  },
  {
    title: 'below a quote',
    body: '> it fails\n\n@signalbox fix that',
    expected: prompt('> it fails\n\nfix that'),
  },
  {
    title: 'below a code fence',
    body: '```\nboom\n```\n@signalbox fix that',
    expected: prompt('```\nboom\n```\nfix that'),
  },
  {
    title: 'above a code fence',
    body: '@signalbox fix\n```\nboom\n```',
    expected: prompt('fix\n```\nboom\n```'),
  },
  {
    title: 'Windows line ends',
    body: 'Hi\r\n\r\n@signalbox fix it\r\nnow',
    expected: prompt('Hi\r\n\r\nfix it\r\nnow'),
  },
  { title: 'no space in Chinese', body: '请@signalbox修复这个问题', expected: prompt('请修复这个问题') },
  {
    title: 'the second one, the first is quoted',
    body: '> @signalbox stop\n\n@signalbox fix it',
    expected: prompt('> @signalbox stop\n\nfix it'),
  },
  {
    title: 'the second one, the first is an address',
    body: 'mail@signalbox.dev bounced, @signalbox fix it',
    expected: prompt('mail@signalbox.dev bounced, fix it'),
  },
  {
    title: 'a second mention stays in the text',
    body: '@signalbox fix a, then @signalbox fix b',
    expected: prompt('fix a, then @signalbox fix b'),
  },
  {
    title: 'an escaped backtick is no code',
    body: '\\`@signalbox fix it\\`',
    expected: prompt('\\`fix it\\`'),
  },
  { title: 'three spaces are no code', body: '   @signalbox fix it', expected: prompt('fix it') },
  {
    title: 'an e-mail reply below it',
    body: '@signalbox fix it\n\nOn Mon, Bob wrote:\n> hello',
    expected: prompt('fix it\n\nOn Mon, Bob wrote:\n> hello'),
  },
  {
    title: 'inside details',
    body: '<details>\n\n@signalbox fix it\n\n</details>',
    expected: prompt('<details>\n\nfix it\n\n</details>'),
  },
];
