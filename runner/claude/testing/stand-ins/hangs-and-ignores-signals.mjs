#!/usr/bin/env node
import { INIT, print, serve } from './stand-in.mjs';

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {});
setInterval(() => {}, 60_000);
serve(() => print(INIT), { interrupts: false, staysAfterInput: true });
