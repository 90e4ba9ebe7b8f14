import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { z } from 'zod';
import { lockFor, readLock } from './lock-for-job.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** What GitHub runs; committed, since a workflow installs nothing. */
export const BUNDLE_DIR = join(ROOT, 'action/bundle');

/** Some dependencies are CommonJS and ask for parts of Node by `require`. */
const BANNER = `/* Made by \`npm run build:action\`; edits are lost. The licences of what is in it: LICENSES.txt. */
import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);
`;

type Bundle = { file: string; entry: string; external: readonly string[] };

/**
 * What the runner inside a job needs besides its bundle. Anthropic's terms let nobody else hand the SDK out, and the
 * sandbox comes with programs of its own: the job gets both from npm, with the checksums of `package-lock.json`.
 */
const FROM_NPM = ['@anthropic-ai/claude-agent-sdk', '@anthropic-ai/sandbox-runtime'];

const BUNDLES: readonly Bundle[] = [
  { file: 'main.js', entry: 'action/main.ts', external: [] },
  { file: 'runner.js', entry: 'runner/bundled.ts', external: FROM_NPM },
];

/** Builds the Action's bundle into a folder; the same sources give the same bytes. */
export async function buildAction(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const packages = new Set<string>();
  for (const { file, entry, external } of BUNDLES) {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: [entry],
      outfile: join(folder, file),
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      banner: { js: BANNER },
      external: [...external],
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'warning',
      metafile: true,
    });
    for (const path of packagesIn(metafile)) packages.add(path);
  }
  const { manifest, lock } = lockFor(await readLock(join(ROOT, 'package-lock.json')), FROM_NPM);
  await mkdir(join(folder, 'job'), { recursive: true });
  await writeFile(join(folder, 'job/package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(folder, 'job/package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  await writeFile(join(folder, 'LICENSES.txt'), await licencesOf([...packages].sort()));
}

/** Folders of the packages that something of was bundled. */
function packagesIn({ inputs }: Metafile): string[] {
  return Object.keys(inputs).flatMap((path) => {
    const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path);
    return found === null ? [] : [found[0]];
  });
}

const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
});

async function licencesOf(packages: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    packages.map(async (path) => {
      const folder = join(ROOT, path);
      const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
      const file = (await readdir(folder)).sort().find((name) => /^licen[cs]e(?:\.\w+)?$/i.test(name));
      const text =
        file === undefined ? 'No licence text comes with it.' : await readFile(join(folder, file), 'utf8');
      return `${manifest.name} ${manifest.version} (${manifest.license ?? 'unknown'})\n\n${text.replaceAll('\r\n', '\n').trim()}\n`;
    }),
  );
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}

if (import.meta.main) {
  await buildAction(BUNDLE_DIR);
  console.log(`Built the Action into ${dirname(join(BUNDLE_DIR, 'x'))}.`);
}
