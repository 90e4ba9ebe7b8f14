#!/usr/bin/env node
// Plain JavaScript that any Node reads: it finds one that runs the TypeScript beside it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED = 'Node.js 24 (or 22.18 and newer)';
const RESTARTED = 'SIGNALBOX_NODE_RESTARTED';

/** Node removes types by itself since 22.18, but for files below node_modules, where an installed package lies. */
function stripTypesBelowNodeModules() {
  module.registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
      const source = module.stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/** The Node that npm installed with this package, if it did. */
function findOwnNode() {
  try {
    const require = module.createRequire(import.meta.url);
    const path = fileURLToPath(new URL('bin/node', `file://${require.resolve('node/package.json')}`));
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

function restartWith(node) {
  const child = spawn(node, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, [RESTARTED]: '1' },
  });
  // A terminal signals the whole group; a supervisor only this process.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`${node} can't be run: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}

if (process.features.typescript) {
  delete process.env[RESTARTED];
  if (import.meta.url.includes('/node_modules/')) stripTypesBelowNodeModules();
  if (process.argv.includes('start')) {
    // Before anything else is loaded: the process may begin again.
    const { hideCredential } = await import('./start/hide-credential.ts');
    hideCredential(process.env);
  }
  const { main } = await import('./main.ts');
  // What is still open then (an unanswered request, a kept socket) must not hold the process.
  process.exit(await main(process.argv.slice(2)));
} else {
  const node = process.env[RESTARTED] === undefined ? findOwnNode() : null;
  if (node !== null) restartWith(node);
  else {
    process.stderr.write(
      `signalbox-runner needs ${NEEDED}; this is ${process.version}. Install it, or run \`npm install node@24\` beside this package.\n`,
    );
    process.exitCode = 1;
  }
}
