/**
 * Whether a name fits a pattern: `*` stands for any characters but `/`, `**` for any at all. Names on GitHub do not
 * differ by case alone, so neither do these.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  const source = pattern
    .split(/(\*{1,2})/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : escapeRegExp(part)))
    .join('');
  return new RegExp(`^${source}$`, 'is').test(name);
}

export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, name));
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
