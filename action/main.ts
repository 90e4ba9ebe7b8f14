import { actionsHost } from './actions-host.ts';
import { heedProxies } from './heed-proxies.ts';
import { hideSecrets } from './hide-secrets.ts';
import { runPost } from './run-post.ts';
import { runStep } from './run-step.ts';
import { line } from './step-output.ts';

hideSecrets(process.env);
const trouble = heedProxies(process.env);

const cancelled = new AbortController();
// A cancelled workflow: SIGINT, SIGTERM 7.5 s later, and the end 2.5 s after that.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => cancelled.abort());

const host = actionsHost(cancelled.signal);
if (trouble !== null) host.write(line(trouble));
// The same bundle is the post step.
if (host.state('started') !== '') await runPost(host);
else {
  const end = await runStep(host);
  if (end.status === 'failed') {
    host.fail(end.message);
    process.exitCode = 1;
  }
}
// A stream that is being closed, or a kept connection, must not hold the process.
process.exit();
