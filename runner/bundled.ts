import { hideCredential } from './start/hide-credential.ts';

/*
 * The runner as one file, for machines without this package: the jobs of GitHub Actions. `bin.js` is the way in
 * everywhere else.
 */

// Before anything else is loaded: the process may begin again.
hideCredential(process.env);
const { main } = await import('./main.ts');
// What is still open then (an unanswered request, a kept socket) must not hold the process.
process.exit(await main(process.argv.slice(2)));
