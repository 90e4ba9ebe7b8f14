import type { ParsedMention } from './parse-mention.ts';

export type CorpusCase = { title: string; body: string; expected: ParsedMention };

const prompt = (text: string, options = {}): ParsedMention => ({
  status: 'command',
  command: { type: 'prompt', text, options },
});
const command = (
  type: Extract<ParsedMention, { status: 'command' }>['command']['type'],
  text = '',
): ParsedMention => ({ status: 'command', command: { type, text, options: {} } });
const NONE: ParsedMention = { status: 'nothing', reason: 'not a mention' };
const PART: ParsedMention = {
  status: 'nothing',
  reason: 'not a mention: only part of another name or address',
};
const UNSEEN: ParsedMention = {
  status: 'nothing',
  reason: 'not a mention: only in a quote, code, a link or hidden text',
};

/** Bodies as people and mail programs write them; the bot is `@signalbox`. */
export const MENTION_CORPUS: CorpusCase[] = [
  // Mentions.
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

  // Commands.
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

  // Options.
  {
    title: 'options first',
    body: '@signalbox --model opus --minutes 20 fix it',
    expected: prompt('fix it', { model: 'opus', maxMinutes: 20 }),
  },
  {
    title: 'options last',
    body: '@signalbox fix it --budget 2 --label GPU',
    expected: prompt('fix it', { labels: ['gpu'], maxUsd: 2 }),
  },
  {
    title: 'options with equals signs',
    body: '@signalbox --budget=$2.50 --label=a,b fix it',
    expected: prompt('fix it', { maxUsd: 2.5, labels: ['a', 'b'] }),
  },
  {
    title: 'options with a phone’s dash',
    body: '@signalbox fix it —model sonnet',
    expected: prompt('fix it', { model: 'sonnet' }),
  },
  {
    title: 'how a task stands in the queue',
    body: '@signalbox --priority High --group Deploy ship it',
    expected: prompt('ship it', { priority: 'high', concurrency: { group: 'deploy', limit: 1 } }),
  },
  {
    title: 'what has to be done first',
    body: '@signalbox ship it --after #12,13 --after #12',
    expected: {
      status: 'command',
      command: { type: 'prompt', text: 'ship it', options: {}, after: [12, 13] },
    },
  },
  {
    title: 'a priority that there is not',
    body: '@signalbox --priority urgent ship it',
    expected: {
      status: 'invalid',
      problems: ['"--priority urgent" is not one of low, normal, high. Write it like "--priority high".'],
    },
  },
  {
    title: 'with a project of the account',
    body: '@signalbox rename the field --project Shop',
    expected: {
      status: 'command',
      command: { type: 'prompt', text: 'rename the field', options: {}, project: 'shop' },
    },
  },
  {
    title: 'with a project that can not be called so',
    body: '@signalbox --project acme/shop rename the field',
    expected: {
      status: 'invalid',
      problems: [
        '"--project acme/shop" is not the name of a project of this account, or "none". Write it like "--project shop".',
      ],
    },
  },
  {
    title: 'something to wait for that is no issue',
    body: '@signalbox ship it --after tomorrow',
    expected: {
      status: 'invalid',
      problems: [
        '"--after tomorrow" is not a list of up to 20 issues or pull requests of this repository. Write it like "--after #12".',
      ],
    },
  },
  {
    title: 'a command that has nothing to wait for',
    body: '@signalbox stop --after #12',
    expected: {
      status: 'invalid',
      problems: ['"stop" takes no options. Put them on a new request instead.'],
    },
  },
  {
    title: 'options end with their line',
    body: '@signalbox fix it --model opus\n\n--label is ignored',
    expected: prompt('fix it\n\n--label is ignored', { model: 'opus' }),
  },
  {
    title: 'a request about an option',
    body: '@signalbox add a --label flag',
    expected: prompt('add a --label flag'),
  },
  {
    title: 'an unknown option at the end is text',
    body: '@signalbox support --verbose',
    expected: prompt('support --verbose'),
  },
  {
    title: 'an unknown option first',
    body: '@signalbox --modle opus fix',
    expected: {
      status: 'invalid',
      problems: [
        'There is no option "--modle". Possible are: --model opus, --label gpu, --budget 2.50, --minutes 20, --tokens 500000, --mode chat, --until "each page has a title", --until-command "npm test", --iterations 5, --priority high, --group deploy, --tests yes, --project shop, --after #12, --template update package=zod.',
      ],
    },
  },
  {
    title: 'a budget that is no number',
    body: '@signalbox fix it --budget lots',
    expected: {
      status: 'invalid',
      problems: [
        '"--budget lots" is not an amount of US dollars, more than 0 and at most 10000. Write it like "--budget 2.50".',
      ],
    },
  },
  {
    title: 'minutes beyond a day',
    body: '@signalbox --minutes 9999 fix',
    expected: {
      status: 'invalid',
      problems: [
        '"--minutes 9999" is not a number of minutes, more than 0 and at most 1440. Write it like "--minutes 20".',
      ],
    },
  },
  {
    title: 'an option without its value',
    body: '@signalbox --model',
    expected: { status: 'invalid', problems: ['"--model" needs a value, such as "--model opus".'] },
  },
  {
    title: 'options on a command that takes none',
    body: '@signalbox retry --after #4',
    expected: {
      status: 'invalid',
      problems: ['"retry" takes no --after, --template or --project: it is the same work.'],
    },
  },

  // Nothing.
  { title: 'no mention', body: 'signalbox is down', expected: NONE },
  { title: 'an empty body', body: '', expected: NONE },
  { title: 'another login', body: '@signal box fix it', expected: NONE },
  { title: 'an invisible character inside', body: '@signal\u200Bbox fix it', expected: NONE },
  { title: 'a fullwidth at sign', body: '＠signalbox fix it', expected: NONE },
  { title: 'a longer login with a hyphen', body: '@signalbox-fan fix it', expected: PART },
  { title: 'a longer login', body: '@signalboxes fix it', expected: PART },
  { title: 'a longer login with digits', body: '@signalbox2 fix it', expected: PART },
  { title: 'an underscore after', body: '@signalbox_dev fix it', expected: PART },
  { title: 'an e-mail address', body: 'write to mail@signalbox.dev', expected: PART },
  { title: 'an e-mail address without a domain end', body: 'root@signalbox answers', expected: PART },
  { title: 'a domain', body: 'see @signalbox.dev', expected: PART },
  { title: 'a path', body: 'see /x/@signalbox', expected: PART },
  { title: 'a package', body: 'npm i @signalbox/cli', expected: PART },
  { title: 'a package version', body: 'npm i @signalbox@2', expected: PART },
  { title: 'a team', body: 'cc @signalbox/foo', expected: PART },
  { title: 'two at signs', body: '@@signalbox fix it', expected: PART },
  { title: 'an escaped at sign', body: '\\@signalbox fix it', expected: PART },
  { title: 'the genitive', body: "@signalbox's last commit broke it", expected: PART },
  { title: 'a quote', body: '> @signalbox fix it', expected: UNSEEN },
  { title: 'a lazily continued quote', body: '> he said\n@signalbox fix it', expected: UNSEEN },
  { title: 'a quote in a quote', body: '> > @signalbox fix it\n>\n> @signalbox stop', expected: UNSEEN },
  { title: 'a quote in a list', body: '- a\n\n  > @signalbox fix it', expected: UNSEEN },
  { title: 'a backtick fence', body: '```\n@signalbox fix it\n```', expected: UNSEEN },
  { title: 'a tilde fence', body: '~~~sh\n@signalbox fix it\n~~~', expected: UNSEEN },
  {
    title: 'a fence in a longer fence',
    body: '````\n```\n@signalbox a\n```\n@signalbox b\n````',
    expected: UNSEEN,
  },
  { title: 'a fence that is not closed', body: '```\n@signalbox fix it', expected: UNSEEN },
  { title: 'a fence in a list', body: '1. do\n   ```\n   @signalbox fix it\n   ```', expected: UNSEEN },
  { title: 'indented code', body: 'Run:\n\n    @signalbox fix it', expected: UNSEEN },
  { title: 'inline code', body: 'write `@signalbox fix it` to start', expected: UNSEEN },
  { title: 'inline code with two backticks', body: 'write ``a ` @signalbox`` to start', expected: UNSEEN },
  { title: 'an HTML comment', body: '<!-- @signalbox fix it -->', expected: UNSEEN },
  { title: 'an HTML comment over lines', body: 'Hi\n<!--\n\n@signalbox fix it\n\n-->', expected: UNSEEN },
  { title: 'an HTML comment that is not closed', body: '<!-- @signalbox fix it', expected: UNSEEN },
  { title: 'an HTML comment in a line', body: 'Hello <!-- @signalbox fix it --> there', expected: UNSEEN },
  { title: 'a Markdown comment', body: '[//]: # (@signalbox fix it)', expected: UNSEEN },
  { title: 'a link', body: '[@signalbox](https://example.com)', expected: UNSEEN },
  { title: 'a bare URL', body: 'https://example.com/?q=(@signalbox)', expected: UNSEEN },
  { title: 'an autolink', body: '<https://example.com/?a=(@signalbox>', expected: UNSEEN },
  { title: 'an image text', body: '![@signalbox fix it](a.png)', expected: UNSEEN },
  { title: 'struck out', body: '~~@signalbox fix it~~ done', expected: UNSEEN },
  { title: 'raw code element', body: '<code>@signalbox fix it</code>', expected: UNSEEN },
  {
    title: 'raw quote element',
    body: '<blockquote>\n\n@signalbox fix it\n\n</blockquote>',
    expected: UNSEEN,
  },
  { title: 'raw preformatted block', body: '<pre>\n@signalbox fix it\n</pre>', expected: UNSEEN },
  { title: 'a hidden element', body: '<div hidden>\n\n@signalbox fix it\n\n</div>', expected: UNSEEN },
  {
    title: 'an element that is not displayed',
    body: 'a <span style="display: none">@signalbox fix it</span>',
    expected: UNSEEN,
  },
];
