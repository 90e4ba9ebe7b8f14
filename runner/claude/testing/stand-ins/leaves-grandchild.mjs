#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { answer, INIT, print, result, serve } from './stand-in.mjs';

serve(() => {
  /** A session of its own with our stdout: it keeps the pipe open after we are gone. */
  const child = spawn('sleep', ['1000'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
  child.unref();
  print(INIT);
  print(answer(`grandchild ${child.pid}`));
  print(result(`grandchild ${child.pid}`));
  process.stdout.write('', () => process.exit(0));
});
