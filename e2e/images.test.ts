import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachmentListSchema } from '../protocol/attachments.ts';
import { signInTokenAnswerSchema } from '../protocol/http.ts';
import { launchBrowser } from './harness/browser.ts';
import { imagesTold } from './harness/images-told.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

/** 3 by 3 dots of one colour each. */
const RED =
  'iVBORw0KGgoAAAANSUhEUgAAAAMAAAADCAIAAADZSiLoAAAAEElEQVR4nGP4z8AAQQxYWACPjgj4kWPEuQAAAABJRU5ErkJggg==';

/** A script for the page: puts an image into the clipboard. */
const copyImage = (base64: string): string => `(async () => {
  const bytes = Uint8Array.from(atob('${base64}'), (letter) => letter.charCodeAt(0));
  const image = new Blob([bytes], { type: 'image/png' });
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': image })]);
})()`;

let world: TestWorld;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  world = await createTestWorld();
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1_100, height: 760 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.stack.url });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const { token } = await world.stack.api.post('/api/sign-in/tokens', {}, signInTokenAnswerSchema);
  await page.goto(`${world.stack.url}/#token=${token}`);
  await page.getByText('Nothing has been asked yet').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function openTask(title: string, request: string): Promise<string> {
  const { number } = await world.github.openIssue({
    repo: REPO,
    author: 'mona',
    title,
    body: `@signalbox ${request}`,
  });
  const sessionId = world.sessionOf(number);
  await until('the session is there', async () => (await world.session(sessionId)).tasks.length === 1);
  await page.goto(`${world.stack.url}/sessions/${sessionId}`);
  return sessionId;
}

describe('an image from the page', () => {
  it('is chosen as a file, starts a task, and reaches the model byte by byte', async () => {
    const sessionId = await openTask('Images', '[[say:ready]]');
    await world.ended(sessionId);
    const files = [
      { name: 'red.png', mimeType: 'image/png', buffer: Buffer.from(RED, 'base64') },
      { name: 'not-this.png', mimeType: 'image/png', buffer: Buffer.from(RED, 'base64') },
      { name: 'notes.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') },
    ];
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Add images' }).click();
    await (await choosing).setFiles(files);
    await page.getByText('notes.pdf is no PNG, JPEG, GIF or WebP image.').waitFor();
    await page.getByRole('img', { name: 'Preview of red.png' }).waitFor();
    await page.getByRole('button', { name: 'Remove not-this.png' }).click();
    await page.getByLabel('Start a new task in this session').fill('[[say:seen]] What colour is it?');
    await page.getByRole('button', { name: 'Send' }).click();
    const shown = page.locator('.said img[alt="red.png"]');
    await shown.waitFor();
    expect((await world.ended(sessionId, 2)).state).toBe('completed');
    expect(imagesTold(world.model.requests, 'What colour is it?')).toEqual([RED]);
    const { items } = await world.stack.api.get(
      `/api/sessions/${sessionId}/attachments`,
      attachmentListSchema,
    );
    expect(items.map(({ name, source }) => [name, source])).toEqual([['red.png', 'upload']]);
    // The policy of the page lets it be shown, too.
    await until('the image is painted', () =>
      shown.evaluate((image) => Reflect.get(image, 'naturalWidth') === 3),
    );
  });

  it('is pasted while Claude works, and reaches it in the same turn', async () => {
    world.model.hold('loop-1');
    const sessionId = await openTask('Paste', '[[loop:3]]');
    await world.model.reached('loop-1');
    const box = page.getByLabel('Steer the running task');
    await box.fill('Mind this picture');
    await page.evaluate(copyImage(RED));
    await box.press('ControlOrMeta+v');
    await page.getByRole('img', { name: 'Preview of image.png' }).waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.said img[alt="image.png"]').waitFor();
    world.model.release('loop-1');
    expect((await world.ended(sessionId)).state).toBe('completed');
    const base = `/api/sessions/${sessionId}/attachments`;
    const { items } = await world.stack.api.get(base, attachmentListSchema);
    // The browser writes a picture of the clipboard anew; what it wrote is what came.
    const stored = await fetch(`${world.stack.url}${base}/${items[0]?.id}`, {
      headers: world.stack.api.headers,
    });
    const bytes = Buffer.from(await stored.arrayBuffer()).toString('base64');
    expect(imagesTold(world.model.requests, 'Mind this picture')).toEqual([bytes]);
    expect(complaints).toEqual([]);
  });
});

describe('an image in a comment on GitHub', () => {
  it('reaches the model with the request, fetched without a credential', async () => {
    const { github, model } = world;
    const image = github.uploadImage(Buffer.from(RED, 'base64'));
    const { number } = await github.openIssue({
      repo: REPO,
      author: 'mona',
      title: 'See the picture',
      body: `@signalbox [[say:seen]] Which colour has this? ${image}`,
    });
    const sessionId = world.sessionOf(number);
    expect((await world.ended(sessionId)).state).toBe('completed');
    expect(imagesTold(model.requests, 'Which colour has this?')).toEqual([RED]);
    await github.commentOnIssue({
      repo: REPO,
      number,
      author: 'mona',
      body: `@signalbox [[say:seen]] And that one? ${image}`,
    });
    expect((await world.ended(sessionId, 2)).state).toBe('completed');
    expect(imagesTold(model.requests, 'And that one?')).toEqual([RED]);
    const { items } = await world.stack.api.get(
      `/api/sessions/${sessionId}/attachments`,
      attachmentListSchema,
    );
    expect(items.map(({ source, by }) => [source, by])).toEqual([
      ['github', 'mona'],
      ['github', 'mona'],
    ]);
    const fetched = github.requests.filter(({ path }) => path.startsWith('/private-user-images/'));
    expect(fetched.map(({ tokenKind, status }) => [tokenKind, status])).toEqual([
      ['none', 200],
      ['none', 200],
    ]);
    expect(github.violations).toEqual([]);
  });
});
