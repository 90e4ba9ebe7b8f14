import picomatch from 'picomatch';

/**
 * Whether a path of a repository fits one of the patterns (`*`, `**`, `{a,b}`), and none of those that begin with `!`.
 * Names that begin with a dot are names like others.
 */
export function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(compile);
  const unwanted = patterns.filter((pattern) => pattern.startsWith('!')).map((one) => compile(one.slice(1)));
  return (path) =>
    (wanted.length === 0 || wanted.some((fits) => fits(path))) && !unwanted.some((fits) => fits(path));
}

/** A folder stands for all that is in it. */
function compile(pattern: string): (path: string) => boolean {
  const plain = pattern.replace(/^\.?\//, '').replace(/\/$/, '/**');
  return picomatch([plain, `${plain}/**`], { dot: true, nonegate: true });
}
