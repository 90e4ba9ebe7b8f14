import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { launchBrowser } from '../../e2e/harness/browser.ts';
import { ROOT } from '../../local/stack/parts.ts';
import type { Stack } from '../../local/stack/start-stack.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import { signInTokenAnswerSchema } from '../../protocol/http.ts';
import type { Benchmark, BenchmarkContext, Report } from '../benchmark.ts';
import { takeJob } from '../clients/take-job.ts';
import { aimed, amount, distribution } from '../report/measures.ts';
import { useWorld } from '../world/use-world.ts';

const EVENTS = 100_000;
const QUICK_EVENTS = 10_000;
const SECONDS = 8;
const QUICK_SECONDS = 2;

const SHOWN_DEADLINE_MS = 90_000;
const LAST_WORDS = 'This was the last line.';

const BYTES_A_MB = 1_000_000;

const METHOD = [
  `A session with ${EVENTS.toLocaleString('en-US')} events (half Claude's text of one to three lines, half tool calls with their results) is
opened in headless Chromium, without a graphics card. **Shown**: from the address until the last line is on the screen.
Then the page is scrolled for ${SECONDS} seconds, 240 pixels a frame as a wheel does, and jumps about for ${SECONDS} seconds, to another
place every six frames. A frame is the time between two animation frames: 16.7 ms is what the browser aims at, and up
to two of them pass for smooth. **Empty**: nothing of the session is in the middle of the window when a frame is drawn.`,
  `The script is what \`npm run size\` counts.`,
];

const BOUND = `Opening: the events themselves, which all go over the socket and are parsed and checked before the last one
can be shown. Scrolling: making the rows that come into the window; the others are not in the document. Chromium draws
on the same two cores here, without a graphics card.`;

export const pageScrolling: Benchmark = {
  name: 'page-scrolling',
  limitMs: 180_000,
  run: (context) => useWorld({}, ({ stack }) => measure(stack, context)),
};

const measuredSchema = z.object({ frames: z.array(z.number()).min(1), empty: z.number() });
const scrolledSchema = z.object({ wheel: measuredSchema, jumps: measuredSchema });

async function measure(stack: Stack, { quick, signal, say }: BenchmarkContext): Promise<Report> {
  const held = await takeJob(stack);
  const browser = await launchBrowser();
  try {
    await held.job.send(makeEvents(quick ? QUICK_EVENTS : EVENTS));
    say('the events are stored');
    signal.throwIfAborted();
    const page = await browser.newPage({ viewport: { width: 1_100, height: 760 } });
    await signIn(page, stack);
    const emptyMb = await heapOf(page);
    const startedAtMs = performance.now();
    await page.goto(`${stack.url}/sessions/${held.sessionId}`);
    await page.getByText(LAST_WORDS).waitFor({ timeout: SHOWN_DEADLINE_MS });
    const shownMs = performance.now() - startedAtMs;
    say(`shown after ${Math.round(shownMs)} ms`);
    const script = await readFile(join(import.meta.dirname, 'scroll-in-page.mjs'), 'utf8');
    const seconds = quick ? QUICK_SECONDS : SECONDS;
    const call = `(${expressionIn(script)})(${seconds})`;
    const { wheel, jumps } = scrolledSchema.parse(await page.evaluate(call));
    return {
      title: `${(quick ? QUICK_EVENTS : EVENTS).toLocaleString('en-US')} events on the page`,
      method: METHOD,
      measures: [
        aimed(amount("the page's script, compressed", 'kB', [await scriptSizeKb()]), 'pageScript'),
        amount('opened → the last line is shown', 'ms', [shownMs]),
        aimed(distribution('a frame while a wheel scrolls', wheel.frames), 'pageScrolling'),
        distribution('a frame while the bar is dragged', jumps.frames),
        { type: 'count', label: 'frames with an empty middle while a wheel scrolls', value: wheel.empty },
        { type: 'count', label: 'frames with an empty middle while the bar is dragged', value: jumps.empty },
        amount("the script's memory with the session open", 'MB', [await heapOf(page)]),
        amount('the same on the list of sessions', 'MB', [emptyMb]),
        { type: 'count', label: 'elements in the document', value: await page.locator('*').count() },
      ],
      bound: BOUND,
    };
  } finally {
    await browser.close();
    held.close();
  }
}

async function signIn(page: Page, { api, url }: Stack): Promise<void> {
  const { token } = await api.post('/api/sign-in/tokens', {}, signInTokenAnswerSchema);
  await page.goto(`${url}/#token=${token}`);
  // The ways to the pages are shown to those who are signed in.
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

/** MB of live objects of the page's script. */
async function heapOf(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  return usedSize / BYTES_A_MB;
}

/** The file's one function, without the comment before it and the semicolon that its formatter wants after it. */
function expressionIn(script: string): string {
  return script.slice(script.indexOf('async')).trim().replace(/;$/, '');
}

async function scriptSizeKb(): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(ROOT, 'scripts', 'check-bundle-size.ts'),
  ]);
  const size = /the page's first view: ([\d.]+) kB/.exec(stdout)?.[1];
  if (size === undefined) throw new Error(`No size of the page's script is in "${stdout.trim()}".`);
  return Number(size);
}

function makeEvents(count: number): RunnerEvent[] {
  const words = 'I will look at the parser first and then at the tests that cover it, one after the other. ';
  const events: RunnerEvent[] = [];
  for (let number = 0; events.length < count - 1; number += 1) {
    const text = `${number}: ${words.repeat((number % 3) + 1)}`;
    if (number % 2 === 0) {
      events.push({ type: 'claude.text', text, parent: null }, { type: 'claude.text', text, parent: null });
      continue;
    }
    const toolUseId = `tool-${number}`;
    const input = cut(JSON.stringify({ command: `npm test -- part-${number}` }));
    events.push(
      { type: 'claude.tool_use', toolUseId, name: 'Bash', input, parent: null },
      {
        type: 'claude.tool_result',
        toolUseId,
        isError: false,
        output: cut(text),
        durationMs: 12,
        parent: null,
      },
    );
  }
  return [...events.slice(0, count - 1), { type: 'claude.text', text: LAST_WORDS, parent: null }];
}

const cut = (text: string) => ({ text, bytes: text.length, cut: false });
