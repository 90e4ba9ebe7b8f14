import { KnownValues } from '../known-values.ts';
import { Redactor } from '../redactor.ts';

/** Prints what redaction costs a text: the processor's time, because a busy machine's clock says little. */
const WORDS = 'The quick brown fox jumps over the lazy dog, and then const x = await foo(bar);\n';
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

const known = new KnownValues(
  Array.from({ length: 6 }, (_, index) => `secret-${index}-${'0a1B'.repeat(12 + index)}`),
);
const redactor = new Redactor(known);

function microseconds(text: string, runs: number): number {
  for (let run = 0; run < runs; run += 1) redactor.text(text);
  const startedAt = process.cpuUsage();
  for (let run = 0; run < runs; run += 1) redactor.text(text);
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / runs;
}

for (const [bytes, runs] of [
  [230, 20_000],
  [4_000, 2_000],
  [50_000, 200],
] as const) {
  const plain = WORDS.repeat(700).slice(0, bytes);
  const suspect = `${plain.slice(0, -60)} ${TOKEN} `;
  const costs = [plain, suspect].map((text) => microseconds(text, runs).toFixed(0));
  console.log(`${bytes} characters: ${costs[0]} µs, with a token in it ${costs[1]} µs`);
}
