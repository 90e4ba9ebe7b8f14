import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A release attaches it; it is made from the lock file and not kept in the repository. */
const FILE = 'dist/sbom.cdx.json';
const MAX_BYTES = 50_000_000;

const args = ['sbom', '--omit=dev', '--sbom-format=cyclonedx', '--package-lock-only'];
const { status, stdout, stderr } = spawnSync('npm', args, { encoding: 'utf8', maxBuffer: MAX_BYTES });
if (status !== 0) {
  console.error(`npm could not write the bill of materials: ${stderr}`);
  process.exit(1);
}
mkdirSync(dirname(FILE), { recursive: true });
writeFileSync(FILE, stdout);
const { components } = JSON.parse(stdout);
console.log(`${FILE}: ${components.length} production packages (CycloneDX).`);
