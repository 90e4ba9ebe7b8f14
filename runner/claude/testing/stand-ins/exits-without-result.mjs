#!/usr/bin/env node
import { INIT, print, serve } from './stand-in.mjs';

serve(() => {
  print(INIT);
  process.stderr.write('panic: out of ideas\n', () => process.exit(3));
});
