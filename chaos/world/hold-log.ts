/** Passes stdin on to stdout and never stops reading: what nobody takes yet waits in memory. */
import { createWriteStream } from 'node:fs';

// Not process.stdout, whose writes to a pipe block.
const out = createWriteStream('', { fd: 1 });
process.stdin.on('data', (chunk) => out.write(chunk));
process.stdin.on('end', () => out.end());
out.on('error', () => process.exit(0));
// They go to the whole group; the last lines come after them.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
