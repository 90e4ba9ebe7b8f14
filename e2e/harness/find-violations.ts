import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const resultSchema = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      nodes: z.array(z.object({ target: z.array(z.unknown()), failureSummary: z.string().optional() })),
    }),
  ),
});

/**
 * What axe finds wrong with a page as it is shown now: its rules for WCAG 2.2 AA and those of good practice.
 *
 * @returns a line for each element, with the rule, the element and what is wrong
 */
export async function findViolations(page: Page): Promise<string[]> {
  // Given to the debugger, which the page's content security policy does not bind.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const result = resultSchema.parse(await page.evaluate('axe.run(document)'));
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

/** Whether there is anything beside what the window shows. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');
