import { availableParallelism, homedir } from 'node:os';
import { HELP_TEXT } from './cli/help-text.ts';
import type { Command } from './cli/parse-command.ts';
import { parseCommand } from './cli/parse-command.ts';
import { readVersion } from './cli/read-version.ts';
import type { Mistake } from './config/collect-settings.ts';
import { loadFolder, loadPlace, loadSettings } from './config/load-settings.ts';
import { defaultSettings, ENVIRONMENT_NAMES } from './config/settings.ts';
import { identityOf } from './control/runner-identity.ts';
import { formatReport, isHealthy, jsonReport } from './doctor/format-report.ts';
import { readableStream } from './log/readable-stream.ts';
import { drainOnSignals, endOnBug } from './start/end-well.ts';

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

function complain(mistakes: readonly Mistake[]): number {
  for (const { source, message } of mistakes) process.stderr.write(`${source}: ${message}\n`);
  process.stderr.write('See `signalbox-runner help` for all settings.\n');
  return EXIT.usage;
}

async function start({ once, flags }: Extract<Command, { name: 'start' }>): Promise<number> {
  const result = loadSettings(flags, process.env, process.cwd());
  // Read once; nothing that is started may inherit it.
  delete process.env[ENVIRONMENT_NAMES.credential];
  if (result.status === 'mistaken') return complain(result.mistakes);
  const { settings, inForce } = result;
  const stream = process.stderr.isTTY ? readableStream(process.stderr) : process.stderr;
  // Loaded when needed: the SDK and what comes with it take most of a second, which `version` need not wait for.
  const [{ startRunner }, { openLog }] = await Promise.all([
    import('./start/start-runner.ts'),
    import('./start/open-log.ts'),
  ]);
  const { log, known } = openLog(settings, process.env, stream);
  const started = await startRunner({
    settings,
    policy: inForce.policy,
    once,
    version: readVersion(),
    env: process.env,
    log,
    known,
    onClaimed: (dataDir) => endOnBug(dataDir, log),
    onStarted: (drain, dataDir) => drainOnSignals(drain, dataDir, log),
  });
  if (started.status === 'taken') {
    process.stderr.write(`${started.message}\n`);
    return EXIT.failed;
  }
  if (started.end.type === 'stopped') return EXIT.ok;
  process.stderr.write(`${started.end.end.message}\n`);
  return EXIT.failed;
}

async function doctor({ json, flags }: Extract<Command, { name: 'doctor' }>): Promise<number> {
  const result = loadSettings(flags, process.env, process.cwd());
  const defaults = defaultSettings({
    home: homedir(),
    dataHome: process.env.XDG_DATA_HOME,
    cores: availableParallelism(),
  });
  const { runDoctor } = await import('./doctor/run-doctor.ts');
  const checks = await runDoctor({
    result,
    env: process.env,
    fallbackDataDir: process.env.SIGNALBOX_DATA_DIR ?? defaults.dataDir ?? homedir(),
  });
  process.stdout.write(json ? jsonReport(checks) : formatReport(checks));
  return isHealthy(checks) ? EXIT.ok : EXIT.failed;
}

async function disk({ json, flags }: Extract<Command, { name: 'disk' }>): Promise<number> {
  const place = loadPlace(flags, process.env, process.cwd());
  if (place.status === 'mistaken') return complain(place.mistakes);
  const { dataDir } = place.settings;
  const [{ readDiskUse }, { diskLines }] = await Promise.all([
    import('./workspace/disk-use.ts'),
    import('./disk/show-disk.ts'),
  ]);
  const use = await readDiskUse(dataDir);
  return tell(true, json ? [JSON.stringify(use)] : diskLines(use, dataDir));
}

async function rescue({ taskId, flags }: Extract<Command, { name: 'rescue' }>): Promise<number> {
  const place = loadPlace(flags, process.env, process.cwd());
  if (place.status === 'mistaken') return complain(place.mistakes);
  const { dataDir } = place.settings;
  const { findRescue, rescueLines } = await import('./disk/find-rescue.ts');
  const found = await findRescue(dataDir, taskId, process.env);
  return tell(found !== null, rescueLines(found, taskId, dataDir));
}

async function register(command: Extract<Command, { name: 'register' }>): Promise<number> {
  const place = loadPlace(command.flags, process.env, process.cwd());
  if (place.status === 'mistaken') return complain(place.mistakes);
  const { stdin, stderr, env } = process;
  const [{ registerRunner }, { readToken }] = await Promise.all([
    import('./register/register-runner.ts'),
    import('./register/read-token.ts'),
  ]);
  const token = await readToken({ env, file: command.tokenFile, stdin, stderr });
  const spec = { ...place.settings, token, name: command.runnerName };
  const { status, lines } = await registerRunner(spec, { fetch, random: Math.random });
  return tell(status === 'registered', lines);
}

async function attach(command: Extract<Command, { name: 'attach' }>): Promise<number> {
  const place = loadPlace(command.flags, process.env, process.cwd());
  if (place.status === 'mistaken') return complain(place.mistakes);
  const { runAttach } = await import('./attach/run-attach.ts');
  const { status, lines } = await runAttach(command, place.settings, process);
  return tell(status === 'done', lines);
}

async function detach(command: Extract<Command, { name: 'detach' }>): Promise<number> {
  const place = loadFolder(command.flags, process.env, process.cwd());
  if (place.status === 'mistaken') return complain(place.mistakes);
  const { runDetach } = await import('./attach/run-attach.ts');
  const { status, lines } = await runDetach(command, place.settings, process);
  return tell(status === 'done', lines);
}

async function send({ folder }: Extract<Command, { name: 'send-reports' }>): Promise<number> {
  const { runSender } = await import('./attach/run-attach.ts');
  await runSender(folder, process);
  return EXIT.ok;
}

async function trust(command: Extract<Command, { name: 'trust' }>): Promise<number> {
  const result = loadSettings(command.flags, process.env, process.cwd());
  if (result.status === 'mistaken') return complain(result.mistakes);
  const { url, dataDir, credential } = result.settings;
  const { trustKeys } = await import('./register/trust-keys.ts');
  const spec = { url, dataDir, runnerId: identityOf(credential)?.runnerId ?? '', keyId: command.keyId };
  const { status, lines } = await trustKeys(spec, { fetch, random: Math.random });
  return tell(status === 'trusted', lines);
}

function tell(isDone: boolean, lines: readonly string[]): number {
  (isDone ? process.stdout : process.stderr).write(`${lines.join('\n')}\n`);
  return isDone ? EXIT.ok : EXIT.failed;
}

/** Runs one command. @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  switch (command.name) {
    case 'start':
      return start(command);
    case 'doctor':
      return doctor(command);
    case 'disk':
      return disk(command);
    case 'rescue':
      return rescue(command);
    case 'register':
      return register(command);
    case 'trust':
      return trust(command);
    case 'attach':
      return attach(command);
    case 'detach':
      return detach(command);
    case 'send-reports':
      return send(command);
    case 'version':
      process.stdout.write(`${readVersion()}\n`);
      return EXIT.ok;
    case 'help':
      process.stdout.write(HELP_TEXT);
      return EXIT.ok;
    case 'mistake':
      process.stderr.write(`${command.message} See \`signalbox-runner help\`.\n`);
      return EXIT.usage;
  }
}
