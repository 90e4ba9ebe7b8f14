import { once } from 'node:events';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildProduct } from '../build/build-product.ts';
import { interruptSignal } from '../process/interrupt-signal.ts';
import { startStack } from '../stack/start-stack.ts';
import { findAccount } from './find-account.ts';
import { printSignInLink } from './print-sign-in-link.ts';
import { readGitHubApp } from './read-github-app.ts';
import { runDoctor } from './run-doctor.ts';

const DEFAULT_PORT = 8787;

const USAGE = `npm start [-- --port N --data FOLDER --capacity N --folder FOLDER]

Runs the whole of Signalbox on this machine: the control plane under workerd, libSQL in a local file, one runner
with your own Claude login or key, and the page.

  --port      the page's and the API's port (${DEFAULT_PORT})
  --data      where everything is kept (~/.signalbox)
  --capacity  tasks at once (2)
  --folder    where tasks of the types worktree and local may work (your home folder)

GitHub, when all of these are set:
  GITHUB_APP_ID, GITHUB_PRIVATE_KEY_FILE, GITHUB_WEBHOOK_SECRET, and BOT_NAME (the App's slug)`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      data: { type: 'string', default: join(homedir(), '.signalbox') },
      capacity: { type: 'string', default: '2' },
      folder: { type: 'string', default: homedir() },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const port = wholeNumber(values.port, 1, 65_535);
  const capacity = wholeNumber(values.capacity, 1, 200);
  if (values.help || port === null || capacity === null) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const claude = await runDoctor(process.env);
  if (claude.status === 'broken') {
    console.error(`${claude.message}\n\nTo see Signalbox at work without a login: npm run demo`);
    return 1;
  }
  const app = await readGitHubApp(process.env);
  if (app.status === 'invalid') {
    console.error(app.message);
    return 2;
  }
  const ended = once(interruptSignal(), 'abort');
  await buildProduct(console.log);
  const stack = await startStack({
    dataDir: resolve(values.data),
    port,
    account: app.status === 'set' ? await findAccount(app.settings) : 'local',
    botName: process.env.BOT_NAME ?? 'signalbox',
    github: app.status === 'set' ? app.settings : null,
    runner: { capacity, folders: [resolve(values.folder)], claudeEnvironment: claude.environment },
  });
  await printSignInLink(stack.api);
  console.log(`Logs: ${join(stack.dataDir, 'logs')}   Admin key: ${join(stack.dataDir, 'secrets.json')}`);
  if (app.status === 'unset')
    console.log(`No GitHub App is configured: ${stack.url}/setup makes one, once you are signed in.`);
  console.log('Ctrl+C ends it; running tasks are saved and go on at the next start.');
  await ended;
  await stack.stop();
  return 0;
}

function wholeNumber(text: string, min: number, max: number): number | null {
  const value = Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : null;
}

process.exitCode = await main();
