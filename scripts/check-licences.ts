import type { Lock } from './complete-lockfile.ts';

/** SPDX names of licences under which Signalbox may be given away with its dependencies. */
const PERMISSIVE = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Unlicense',
  'PSF-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
];

/** The Claude Code CLI comes under Anthropic's own terms; whoever runs Signalbox has agreed to them with the CLI. */
const OWN_TERMS = /^node_modules\/@anthropic-ai\/claude-agent-sdk(?:-[\w-]+)?$/;

/** Production packages whose licence is not a permissive one, with what they say of it. */
export function unknownLicences(lock: Lock): string[] {
  return Object.entries(lock.packages).flatMap(([path, { dev, devOptional, license }]) => {
    if (path === '' || dev === true || devOptional === true || OWN_TERMS.test(path)) return [];
    return typeof license === 'string' && isPermissive(license)
      ? []
      : [`${path}: ${license ?? 'none named'}`];
  });
}

/** In a choice (`A OR B`) one is enough. */
function isPermissive(license: string): boolean {
  return license
    .replace(/^\(|\)$/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => PERMISSIVE.includes(one)));
}
