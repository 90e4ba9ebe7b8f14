/** A value with every text in it cleaned, such as an event or a tool's input. Shares what needed no cleaning. */
export function cleanDeep<T>(value: T, clean: (text: string) => string): T;
export function cleanDeep(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) {
    const cleaned = value.map((item) => cleanDeep(item, clean));
    return cleaned.some((item, index) => item !== value[index]) ? cleaned : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  let changed: Record<string, unknown> | null = null;
  for (const [key, item] of Object.entries(value)) {
    const cleaned = cleanDeep(item, clean);
    if (cleaned === item) continue;
    changed ??= { ...value };
    changed[key] = cleaned;
  }
  return changed ?? value;
}
