import { type CorpusCase, prompt } from './corpus-case.ts';

/** Options of requests and commands, with what is said to those that can't be read. */
export const OPTIONS: CorpusCase[] = [
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
];
