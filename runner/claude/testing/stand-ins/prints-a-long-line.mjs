#!/usr/bin/env node
import { answer, INIT, print, result, serve } from './stand-in.mjs';

const LONG = 'é'.repeat(1_000_000);
serve(() => {
  print(INIT);
  print(answer(LONG));
  print(result(LONG));
});
