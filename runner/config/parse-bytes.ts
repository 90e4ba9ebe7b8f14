const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** Reads a size as people write it: `500MB`, `20 GB`, `1.5t`, `1000000`. Units are decimal. Null when it is none. */
export function parseBytes(text: string): number | null {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)b?\s*$/i.exec(text) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  return number === undefined || factor === undefined ? null : Math.round(Number(number) * factor);
}
