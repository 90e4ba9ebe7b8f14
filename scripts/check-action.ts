import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLE_DIR, buildAction } from './build-action.ts';

/** Whether the committed bundle is what the sources give, byte for byte. */

const folder = await mkdtemp(join(tmpdir(), 'signalbox-action-'));
try {
  await buildAction(folder);
  const names = new Set([...(await readdir(folder)), ...(await readdir(BUNDLE_DIR))]);
  const stale: string[] = [];
  for (const name of [...names].sort()) {
    const [fresh, committed] = await Promise.all(
      [folder, BUNDLE_DIR].map((from) => readFile(join(from, name)).catch(() => null)),
    );
    if (fresh == null || committed == null || !fresh.equals(committed)) stale.push(name);
  }
  if (stale.length === 0) console.log("The Action's bundle is current.");
  else {
    console.error(
      `action/bundle is not what the sources give (${stale.join(', ')}). Run \`npm run build:action\` and commit it.`,
    );
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
