import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { BUNDLE_DIR, buildAction } from './build-action.ts';

/** Whether the committed bundle is what the sources give, byte for byte. */

async function filesIn(at: string): Promise<string[]> {
  const entries = await readdir(at, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(at, join(entry.parentPath, entry.name)));
}

const folder = await mkdtemp(join(tmpdir(), 'signalbox-action-'));
try {
  await buildAction(folder);
  const names = new Set([...(await filesIn(folder)), ...(await filesIn(BUNDLE_DIR))]);
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
