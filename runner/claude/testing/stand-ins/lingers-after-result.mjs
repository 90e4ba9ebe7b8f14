#!/usr/bin/env node
import { answer, INIT, print, result, serve } from './stand-in.mjs';

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {});
setInterval(() => {}, 60_000);
serve(
  () => {
    print(INIT);
    print(answer('done'));
    print(result('done'));
  },
  { staysAfterInput: true },
);
