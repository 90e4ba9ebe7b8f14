#!/usr/bin/env node
import { answer, INIT, print, result, serve } from './stand-in.mjs';

serve(() => {
  process.stdout.write('warning: this is not JSON\n{"type":"assistant"\n\n[1,2,3]\n{}\n');
  print({ type: 'something_new', data: 1 });
  print({ type: 'assistant', message: 'of another shape' });
  print(INIT);
  print(answer('still here'));
  print(result('still here'));
});
