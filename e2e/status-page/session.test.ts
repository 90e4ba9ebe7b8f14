import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bash, type Script, text, tool } from '../../doubles/model/script.ts';
import { signInTokenAnswerSchema } from '../../protocol/http.ts';
import { launchBrowser } from '../harness/browser.ts';
import { findViolations, isTooWide } from '../harness/find-violations.ts';
import { createTestWorld, REPO, type TestWorld } from '../harness/test-world.ts';

const DESKTOP = { width: 1_440, height: 900 };
const PHONE = { width: 320, height: 640 };

/** Says, does, hands on, fails and says again: a bit of everything that a timeline shows. */
const conversation: Script = {
  name: 'conversation',
  steps: () => [
    tool(
      'Write',
      { file_path: 'src/hello.js', content: 'export const hello = "hello";\n' },
      '## The plan\n\n1. **Write** `src/hello.js`\n2. See [the docs](https://example.com/docs)\n\n```js\nconst answer = 42;\n```',
    ),
    bash('echo looking; exit 3', 'Then I look.'),
    tool('Agent', {
      description: 'Look around',
      prompt: '[[bash:echo from-sub]]',
      subagent_type: 'general-purpose',
    }),
    text('Everything is *done*.'),
  ],
};

let world: TestWorld;
let browser: Browser;
let page: Page;
let sessionId: string;
const complaints: string[] = [];

beforeAll(async () => {
  world = await createTestWorld({
    scripts: [conversation],
    github: {
      owner: { login: 'station-works', type: 'Organization' },
      repositories: [
        {
          name: REPO,
          files: {
            'README.md': '# hello-station\n',
            '.github/signalbox.yml':
              'approval: before_push\ngates:\n  checks:\n    - name: readme\n      command: test -f README.md\n',
          },
        },
      ],
    },
  });
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: DESKTOP });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const { token } = await world.stack.api.post('/api/sign-in/tokens', {}, signInTokenAnswerSchema);
  await page.goto(`${world.stack.url}/#token=${token}`);
  const { number } = await ask('A greeting', '[[conversation]]');
  sessionId = world.sessionOf(number);
  await world.inState(sessionId, 'waiting_approval');
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const ask = (title: string, body: string) =>
  world.github.openIssue({ repo: REPO, author: 'mona', title, body: `@signalbox ${body}` });

async function open(viewport: { width: number; height: number }, id = sessionId): Promise<void> {
  await page.setViewportSize(viewport);
  await page.goto(`${world.stack.url}/sessions/${id}`);
  await page.getByText('Everything is done.').first().waitFor();
}

async function screenshot(name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Looks at what is shown, in light and dark. */
async function lookAround(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findViolations(page), `${name}, ${colorScheme}`).toEqual([]);
    expect(await isTooWide(page), `${name}: wider than the window`).toBe(false);
    await screenshot(`${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

it('shows the conversation beside the work that came of it', async () => {
  await open(DESKTOP);
  await page.locator('.said .heading', { hasText: 'The plan' }).waitFor();
  await page.locator('.said .hl-kwd', { hasText: 'const' }).waitFor();
  expect(await page.locator('.said a', { hasText: 'the docs' }).getAttribute('rel')).toContain('nofollow');
  await page.getByRole('button', { name: /of the sub-agent$/ }).click();
  await page.locator('.timeline > li', { hasText: 'echo from-sub' }).waitFor();
  const work = page.getByRole('region', { name: 'Work of task 1' });
  await work.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await work.getByText('Checks: all passed').waitFor();
  await work.locator('.line-text.added', { hasText: 'export const hello' }).waitFor();
  await lookAround('session-desktop');
});

it('is searched and walked by keyboard, and a link leads back to the row', async () => {
  await open(DESKTOP);
  await page.keyboard.press('e');
  await page.locator('.timeline > li:focus', { hasText: 'exit 3' }).waitFor();
  await page.getByText('1 of 1 error').waitFor();
  const failed = await page.locator('.timeline > li:focus').getAttribute('id');
  await page.keyboard.press('/');
  await page.keyboard.type('from-sub');
  await page.keyboard.press('Enter');
  // Inside a sub-agent: its steps unfold.
  await page.locator('.timeline > li[aria-current]', { hasText: 'from-sub' }).waitFor();
  await page.goto('about:blank');
  await page.goto(`${world.stack.url}/sessions/${sessionId}#${failed}`);
  await page.locator(`#${failed}[aria-current]`).waitFor();
});

it('has a tab for each part on a phone, nothing of which is wider than it', async () => {
  await open(PHONE);
  await lookAround('session-phone');
  for (const [tab, sign] of [
    ['Files 1', 'src/hello.js'],
    ['Checks', 'all passed'],
    ['Approval', 'This work waits for approval'],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('tabpanel').getByText(sign).first().waitFor();
    await lookAround(`session-phone-${tab.toLowerCase().replaceAll(' ', '-')}`);
  }
  const reason = page.getByLabel('Why it is rejected, for Claude and the others');
  await reason.fill('In capitals, please.');
  await page.getByRole('tab', { name: 'Conversation' }).click();
  await page.getByText('Everything is done.').first().waitFor();
  for (const top of [0, 200, 100_000]) {
    await page.evaluate(`window.scrollTo(0, ${top})`);
    const [prompt, bar] = await Promise.all([
      page.locator('form.prompt').boundingBox(),
      page.getByRole('navigation', { name: 'Pages' }).boundingBox(),
    ]);
    if (prompt === null || bar === null) throw new Error('The prompt or the bar is not shown.');
    expect(prompt.y + prompt.height, `the bar covers the prompt at ${top}`).toBeLessThanOrEqual(bar.y);
  }
  await page.getByRole('tab', { name: 'Approval' }).click();
  expect(await reason.inputValue()).toBe('In capitals, please.');
});

it('sends comments on lines to Claude as one message', async () => {
  await open(DESKTOP);
  await page.getByRole('button', { name: 'Comment on line 1' }).click();
  await page.getByLabel('Comment on line 1 of src/hello.js').fill('Say it in capitals.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('1 comment to send').waitFor();
  await page.getByRole('button', { name: 'Send to Claude' }).click();
  const sent = page.locator('.said.by-person', { hasText: 'Say it in capitals.' }).first();
  await sent.waitFor();
  expect(await sent.textContent()).toContain('+export const hello = "hello";');
  await page.getByText('1 comment to send').waitFor({ state: 'detached' });
});

it('stays at the end while the reader is there, says what came when they are not, and keeps few rows', async () => {
  const { model } = world;
  model.hold('loop-50');
  const { number } = await ask('A long one', '[[loop:60]]');
  await model.reached('loop-50');
  await page.setViewportSize(DESKTOP);
  await page.goto(`${world.stack.url}/sessions/${world.sessionOf(number)}`);
  await page.getByText('Step 50 of 60.').waitFor();
  await page.evaluate('window.scrollTo(0, 0)');
  await page.getByRole('button', { name: 'To the end' }).waitFor();
  model.release('loop-50');
  const fresh = page.getByRole('button', { name: /^\d+ new/ });
  await fresh.waitFor();
  await world.ended(world.sessionOf(number));
  const counts = await page
    .locator('.timeline > li')
    .evaluateAll((rows) => [rows.length, Number(rows[0]?.getAttribute('aria-setsize'))]);
  expect(counts[0]).toBeLessThan(counts[1] ?? 0);
  await fresh.click();
  await page.getByText('The loop is over.').waitFor();
  await fresh.waitFor({ state: 'detached' });
});

it('has complained about nothing', () => {
  expect(complaints).toEqual([]);
});
