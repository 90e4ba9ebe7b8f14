import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { attachmentViewSchema } from '../../protocol/attachments.ts';
import { createSessionBodySchema, sessionAnswerSchema } from '../../protocol/http.ts';
import { projectSchema } from '../../protocol/projects.ts';
import { promptSchema } from '../../protocol/prompts.ts';
import { repositoriesAnswerSchema } from '../../protocol/repositories.ts';
import { accountSettingsSchema, settingsViewSchema } from '../../protocol/settings.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import { type ApiDouble, createApiDouble } from '../view/testing/api-double.ts';
import { answerNow, SESSION } from '../view/testing/now-fixture.ts';
import { showApp } from '../view/testing/show-app.tsx';

/** Scripts that are loaded on demand come late on a busy machine. */
const LOADED = { timeout: 30_000 };

const MADE = { createdAt: 1, createdBy: 'mona', updatedAt: 1, updatedBy: 'mona' };
/** With a budget of its own; the minutes are those of the account. */
const OPTIONS = taskOptionsSchema.parse({ maxUsd: 7, maxMinutes: 25 });
const TASK = {
  id: `${SESSION}.1`,
  number: 1,
  sessionId: SESSION,
  state: 'pending' as const,
  stateSince: 0,
  request: 'x',
  source: 'dashboard' as const,
  requester: { login: 'mona', id: null, name: null, email: null },
  options: taskOptionsSchema.parse({}),
  epoch: 0,
  ...{ runnerId: null, runnerName: null, usage: NO_USAGE, branch: null, commitSha: null, pullRequest: null },
  ...{ summary: null, failure: null, rescueRef: null, createdAt: 0, startedAt: null, endedAt: null },
};
const ANSWER = {
  session: {
    id: SESSION,
    key: `api:${SESSION}`,
    account: 'local',
    title: 'x',
    source: 'dashboard' as const,
    workspace: { type: 'local' as const, path: '/srv' },
    status: 'active' as const,
    ...{ assignee: null, labels: [], metadata: {}, branch: null, url: null, claudeSessionId: null },
    ...{ taskCount: 1, lastEventId: 0, createdAt: 0, updatedAt: 0 },
  },
  tasks: [TASK],
};
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]);

let api: ApiDouble;
let shown: Awaited<ReturnType<typeof showApp>>;
beforeEach(() => {
  // A session's page opens one; nothing answers it here.
  vi.stubGlobal(
    'WebSocket',
    class extends EventTarget {
      close() {}
    },
  );
  api = createApiDouble();
  answerNow(api);
  api.answer('GET /api/repositories', repositoriesAnswerSchema, {
    items: [{ id: 5, account: 'github:7', repository: 'octo/shop', defaultBranch: 'trunk', private: true }],
    more: false,
  });
  const items = <S extends z.ZodType>(item: S) => z.object({ items: z.array(item) });
  api.answer('GET /api/projects', items(projectSchema), { items: [] });
  api.answer('GET /api/prompts', items(promptSchema), {
    items: [
      {
        id: '2c8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
        name: 'update',
        text: 'Update {{package}}.',
        variables: [{ name: 'package', description: '', default: null }],
        ...MADE,
      },
    ],
  });
  api.answer('GET /api/settings', settingsViewSchema, {
    account: 'local',
    settings: accountSettingsSchema.parse({ tasks: { maxMinutes: 25, maxUsd: 3 } }),
    updatedAt: null,
    updatedBy: null,
  });
  api.answer('POST /api/sessions', sessionAnswerSchema, ANSWER, 201);
});
afterEach(() => {
  shown.close();
  vi.unstubAllGlobals();
});

async function showForm(address = '/new'): Promise<void> {
  shown = await showApp(api, address);
  await vi.waitFor(
    () => expect(shown.host.querySelector('form.new-task .options')?.textContent).toContain('25 min'),
    LOADED,
  );
}
function input(id: string) {
  const found = shown.host.querySelector<HTMLInputElement>(`#${id}`);
  if (found === null) throw new Error(`There is no input "${id}".`);
  return found;
}
async function fill(id: string, value: string): Promise<void> {
  const field = input(id);
  await act(() => {
    field.value = value;
    field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
  });
}
async function submit(): Promise<void> {
  await act(async () => {
    shown.host.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
}
const wrong = (id: string) => shown.host.querySelector(`#${id}-problem`)?.textContent;

it('starts a task in a repository with only what was chosen, and opens its session', async () => {
  await showForm();
  await fill('repository', 'octo/shop');
  expect(input('base').placeholder).toBe('trunk');
  await fill('prompt', 'Mend the clock.');
  await fill('maxUsd', '2.5');
  await fill('approval', 'before_push');
  await submit();
  await vi.waitFor(() => expect(window.location.pathname).toBe(`/sessions/${SESSION}`));
  const bodies = api.bodiesOf('POST /api/sessions');
  expect(bodies).toEqual([
    {
      account: 'github:7',
      repository: 'octo/shop',
      prompt: 'Mend the clock.',
      options: { maxUsd: 2.5, approval: 'before_push' },
    },
  ]);
  expect(createSessionBodySchema.safeParse(bodies[0]).success).toBe(true);
});

it('shows what is used where nothing is chosen', async () => {
  await showForm();
  expect(input('maxMinutes').placeholder).toBe('as usual: 25');
  expect(input('maxUsd').placeholder).toBe('as usual: $3.00');
  expect(input('approval').textContent).toContain('as usual: a pull request, reviewed there');
});

it('leads to a field that is missing or is no number, and sends nothing', async () => {
  await showForm();
  await submit();
  expect(wrong('repository')).toBe('must be filled in');
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('repository'));
  await fill('repository', 'octo/shop');
  expect(wrong('repository')).toBeUndefined();
  await fill('prompt', 'Mend it.');
  await fill('maxUsd', 'a lot');
  await submit();
  expect(wrong('maxUsd')).toMatch(/number/);
  expect(input('maxUsd').getAttribute('aria-describedby')).toBe('maxUsd-problem');
  expect(shown.host.querySelector('details')?.open).toBe(true);
  expect(api.bodiesOf('POST /api/sessions')).toEqual([]);
});

it('puts what the API refuses to the field that it is about', async () => {
  await showForm('/new?path=/srv/shop&prompt=Mend%20it.');
  const errors = [
    { path: 'workspace.path', message: 'must be an absolute path without ".."' },
    { path: 'options.labels.0', message: 'is no label' },
    { path: 'after', message: 'is unknown' },
  ];
  api.refuse('POST /api/sessions', { status: 422, code: 'invalid_body', errors });
  await submit();
  await vi.waitFor(() => expect(wrong('path')).toBe('must be an absolute path without ".."'));
  expect(wrong('labels')).toBe('is no label');
  expect(shown.host.querySelector('[role="alert"]')?.textContent).toBe('after: is unknown');
  expect(window.location.pathname).toBe('/new');
});

it('says at the repository that the App is not installed there', async () => {
  await showForm('/new?repository=octo/none&prompt=Mend%20it.');
  api.refuse('POST /api/sessions', {
    status: 422,
    code: 'app_not_installed',
    detail: 'The App reaches no repository octo/none.',
    remedy: 'Install it.',
  });
  await submit();
  await vi.waitFor(() =>
    expect(wrong('repository')).toBe('The App reaches no repository octo/none. Install it.'),
  );
});

it('is filled in as it was for a task that failed, and asks for that once', async () => {
  const failed = { ...TASK, state: 'failed' as const, request: 'Mend the clock.', options: OPTIONS };
  api.answer(`GET /api/sessions/${SESSION}`, sessionAnswerSchema, { ...ANSWER, tasks: [failed] });
  shown = await showApp(api, `/new?again=${TASK.id}`);
  await vi.waitFor(() => expect(input('prompt').value).toBe('Mend the clock.'), LOADED);
  expect(input('path').value).toBe('/srv');
  expect(input('maxUsd').value).toBe('7');
  expect(input('maxMinutes').value).toBe('');
  await fill('maxUsd', '9');
  await submit();
  await vi.waitFor(() => expect(api.bodiesOf('POST /api/sessions')).toHaveLength(1));
  expect(api.bodiesOf('POST /api/sessions')).toEqual([
    {
      ...{ account: 'local', workspace: { type: 'local', path: '/srv' } },
      ...{ prompt: 'Mend the clock.', title: 'x', options: { maxUsd: 9 } },
    },
  ]);
});

it('says that the task is not there of which the form is asked for', async () => {
  await showForm(`/new?again=${TASK.id}`);
  await vi.waitFor(() =>
    expect(shown.host.querySelector('[role="alert"]')?.textContent).toContain('nothing at this address'),
  );
});

it('starts by a template once its variables are filled in', async () => {
  await showForm('/new?repository=octo/shop');
  const select = shown.host.querySelector<HTMLSelectElement>('fieldset + fieldset select');
  if (select === null) throw new Error('There is no choice of templates.');
  await act(() => {
    select.value = 'update';
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
  expect(shown.host.querySelector<HTMLButtonElement>('button[type="submit"]')?.disabled).toBe(true);
  const variable = shown.host.querySelector<HTMLInputElement>('fieldset input[required]');
  await act(() => {
    if (variable === null) throw new Error('There is no field for the variable.');
    variable.value = 'zod';
    variable.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await submit();
  await vi.waitFor(() => expect(api.bodiesOf('POST /api/sessions')).toHaveLength(1));
  expect(api.bodiesOf('POST /api/sessions')[0]).toMatchObject({
    template: { name: 'update', variables: { package: 'zod' } },
  });
});

it('stores images in the session before its task, and makes no second session when the task is refused', async () => {
  await showForm('/new?repository=octo/shop&prompt=What%20is%20this%3F');
  const stored = 'b1c2d3e4-5f60-4a7b-8c9d-0e1f2a3b4c5d';
  api.answer(`POST /api/sessions/${SESSION}/attachments`, attachmentViewSchema, {
    id: stored,
    name: 'a.png',
    type: 'image/png',
    bytes: PNG.length,
    sha256: 'a'.repeat(64),
    by: 'mona',
    source: 'upload',
    createdAt: 1,
  });
  api.refuse(`POST /api/sessions/${SESSION}/tasks`, {
    status: 429,
    code: 'queue_full',
    detail: 'Full.',
    remedy: '',
  });
  const paste = new Event('paste', { bubbles: true, cancelable: true });
  Object.assign(paste, {
    clipboardData: { types: ['Files'], files: [new File([PNG], 'a.png', { type: 'image/png' })] },
  });
  await act(() => void input('prompt').dispatchEvent(paste));
  await vi.waitFor(() => expect(shown.host.textContent).toContain('a.png'));
  await submit();
  await vi.waitFor(() => expect(shown.host.querySelector('[role="alert"]')?.textContent).toBe('Full. '));
  api.answer(`POST /api/sessions/${SESSION}/tasks`, taskViewSchema, TASK, 201);
  await submit();
  await vi.waitFor(() => expect(window.location.pathname).toBe(`/sessions/${SESSION}`));
  expect(api.bodiesOf('POST /api/sessions')).toEqual([
    { account: 'github:7', repository: 'octo/shop', title: 'What is this?' },
  ]);
  expect(api.bodiesOf(`POST /api/sessions/${SESSION}/attachments`)).toHaveLength(1);
  expect(api.bodiesOf(`POST /api/sessions/${SESSION}/tasks`)[1]).toEqual({
    prompt: 'What is this?',
    options: {},
    attachments: [stored],
  });
});

it('says before the start that no runner fits', async () => {
  await showForm();
  await vi.waitFor(() => expect(shown.app.now.runners.value.value).not.toBeNull());
  expect(shown.host.querySelector('[role="note"]')).toBeNull();
  await fill('labels', 'gpu, linux');
  expect(shown.host.querySelector('[role="note"]')?.textContent).toContain('all the labels gpu, linux');
});
