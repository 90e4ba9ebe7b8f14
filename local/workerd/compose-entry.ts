/** The binding under which the composed entry finds the page. */
export const PAGE_BINDING = 'SIGNALBOX_PAGE';

export interface AssetRouting {
  /** Patterns of `run_worker_first`: these go to the Worker. */
  toWorker: readonly string[];
  /** Its patterns with a leading `!`: these go to the page even when one above matches. */
  toPage: readonly string[];
}

/**
 * The module workerd starts with: the bundle's exports, with `fetch` sending what `run_worker_first` names to
 * the Worker and the rest to the page. Cloudflare decides this before the Worker starts; miniflare does it in
 * three more Workers in front, which cost four times what an empty request costs (0.9 ms, not 0.2).
 */
export function composeEntry(bundle: string, routing: AssetRouting): string {
  const specifier = JSON.stringify(`./${bundle}`);
  return `import worker from ${specifier};
export * from ${specifier};
const toWorker = ${patternSource(routing.toWorker)};
const toPage = ${patternSource(routing.toPage)};
export default {
  ...worker,
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    const isForWorker = toWorker.test(pathname) && !toPage.test(pathname);
    return isForWorker ? worker.fetch(request, env, ctx) : env.${PAGE_BINDING}.fetch(request);
  },
};
`;
}

/** One regular expression for all patterns, in which \`*\` stands for any characters, as Cloudflare defines it. */
export function routePattern(patterns: readonly string[]): RegExp {
  if (patterns.length === 0) return /^(?!)/;
  const alternatives = patterns.map((pattern) => pattern.split('*').map(escapeLiteral).join('.*'));
  return new RegExp(`^(?:${alternatives.join('|')})$`);
}

function escapeLiteral(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function patternSource(patterns: readonly string[]): string {
  return String(routePattern(patterns));
}
