import type { Page } from 'playwright-core';
import { z } from 'zod';
import { OWNED } from './script-payloads.ts';

/* Scripts as text: they run in the page, which has other globals than this project. */

/** Notes what the page's content security policy stops. */
export const WATCH_VIOLATIONS = `
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    window.violations.push([event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.sample].join(' ')));
`;

const INSPECT = `({
  owned: window.${OWNED} ?? null,
  violations: window.violations,
  links: [...new Set([...document.querySelectorAll('a')].map((link) => link.protocol))]
    .filter((protocol) => !['http:', 'https:'].includes(protocol)),
  strange: document.querySelectorAll('iframe, object, embed, base, main script, main style, main img, main form[action]').length,
})`;

/** Rows are made when they come into view, and their inside when they are opened. */
const LOOK_AT_EVERYTHING = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const page = document.documentElement;
  for (let top = 0; top < page.scrollHeight; top += window.innerHeight / 2) {
    window.scrollTo(0, top);
    await frame();
    for (const details of document.querySelectorAll('details')) details.open = true;
    await frame();
  }
})()`;

const inspectionSchema = z.object({
  owned: z.unknown(),
  violations: z.array(z.string()),
  links: z.array(z.string()),
  strange: z.int(),
});

/** Whether a script of somebody else ran, what the policy stopped, and what is no text in the page. */
export async function inspectPage(page: Page): Promise<z.infer<typeof inspectionSchema>> {
  return inspectionSchema.parse(await page.evaluate(INSPECT));
}

/** Nothing of the kind. */
export const CLEAN = { owned: null, violations: [], links: [], strange: 0 };

export async function lookAtEverything(page: Page): Promise<void> {
  await page.evaluate(LOOK_AT_EVERYTHING);
}
