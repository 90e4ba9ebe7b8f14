#!/usr/bin/env node
import { answer, END_OF_ANSWER, INIT, print, serve } from './stand-in.mjs';

serve(() => {
  print(INIT);
  print(answer('all done'));
  print(END_OF_ANSWER);
});
