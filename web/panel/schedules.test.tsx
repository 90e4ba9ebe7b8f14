import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ScheduleView } from '../../protocol/schedules.ts';
import { createApi } from '../model/api.ts';
import { createSchedules, type Schedules } from '../model/schedules.ts';
import { ScheduleList } from './schedules.tsx';

const RUN = {
  id: '2c8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  scheduleId: '0a8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  cause: 'due' as const,
  by: null,
  dueAt: 1_763_690_400_000,
  missed: 0,
  status: 'ended' as const,
  reason: null,
  sessionId: '2c8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  taskId: '2c8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e.1',
  taskState: 'failed' as const,
  startedAt: 1,
  endedAt: 2,
};
const NIGHTLY: ScheduleView = {
  id: RUN.scheduleId,
  name: 'nightly',
  description: '',
  cron: '0 3 * * *',
  timeZone: 'Europe/Berlin',
  enabled: true,
  project: null,
  workspace: { type: 'worktree', path: '/srv/shop' },
  prompt: 'Update <b>it</b>',
  template: null,
  options: {},
  missed: 'run_once',
  overlap: 'skip',
  file: null,
  createdAt: 1,
  createdBy: 'mona',
  updatedAt: 1,
  updatedBy: 'mona',
  failures: 0,
  paused: null,
  lastRun: RUN,
  nextRuns: [1_763_949_600_000],
};
const UPDATE = {
  id: RUN.id,
  name: 'update',
  description: 'Brings a package up to date.',
  text: 'Update {{package}} to {{version}}.',
  variables: [
    { name: 'package', description: '', default: null },
    { name: 'version', description: '', default: 'the newest' },
  ],
  options: {},
  createdAt: 1,
  createdBy: 'mona',
  updatedAt: 1,
  updatedBy: 'mona',
};

let host: HTMLElement;
let model: Schedules;
let sent: { call: string; body: unknown }[];
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
  sent = [];
});
afterEach(() => {
  model.stop();
  render(null, host);
  host.remove();
});

/** The page on an API that has these schedules. */
async function show(items: ScheduleView[], mayWrite = true): Promise<void> {
  const answers: Record<string, unknown> = {
    'GET /api/schedules': { items },
    'GET /api/prompts': { items: [UPDATE] },
    'GET /api/projects': { items: [] },
    [`GET /api/schedules/${NIGHTLY.id}/runs`]: {
      items: [
        RUN,
        { ...RUN, id: NIGHTLY.id, reason: 'Too late.', status: 'skipped', taskId: null, taskState: null },
      ],
    },
    [`POST /api/schedules/${NIGHTLY.id}/run`]: RUN,
    [`POST /api/schedules/${NIGHTLY.id}/resume`]: NIGHTLY,
    [`PUT /api/schedules/${NIGHTLY.id}`]: NIGHTLY,
    'POST /api/schedules': NIGHTLY,
  };
  const api = createApi(async (input, init) => {
    const call = `${init?.method ?? 'GET'} ${String(input)}`;
    if (init?.method !== 'GET')
      sent.push({ call, body: init?.body == null ? null : JSON.parse(String(init.body)) });
    return Response.json(answers[call] ?? { items: [] }, {
      status: call === 'POST /api/schedules' ? 201 : 200,
    });
  });
  model = createSchedules({ api, onSignedOut: () => {} });
  await act(async () => {
    render(<ScheduleList model={model} mayWrite={mayWrite} />, host);
    model.start();
    await expect.poll(() => model.items.value !== null && model.prompts.value.length).toBe(1);
  });
}
const button = (name: string) => {
  const found = [...host.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  if (found === undefined) throw new Error(`There is no button "${name}".`);
  return found;
};
async function press(name: string): Promise<void> {
  await act(async () => {
    button(name).click();
    await expect.poll(() => model.busy.value).toBe(false);
  });
}
async function fill(label: string, value: string): Promise<void> {
  const field = [...host.querySelectorAll('label')].find(({ textContent }) => textContent?.startsWith(label));
  const input = field?.querySelector<HTMLInputElement | HTMLSelectElement>('input, select');
  if (input == null) throw new Error(`There is no field "${label}".`);
  await act(() => {
    input.value = value;
    input.dispatchEvent(
      new Event(input instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }),
    );
  });
}

it('says when each schedule is due, how it went, and what pauses it', async () => {
  await show([{ ...NIGHTLY, paused: { at: 1, reason: '3 runs in a row failed.' }, nextRuns: [] }]);
  const text = host.querySelector('.stuck li')?.textContent;
  expect(text).toContain('nightly');
  expect(text).toContain('0 3 * * * Europe/Berlin');
  expect(text).toContain('3 runs in a row failed.');
  expect(host.querySelector('.stuck a')?.getAttribute('href')).toBe(`/sessions/${RUN.id}`);
  await press('Resume');
  expect(sent).toEqual([{ call: `POST /api/schedules/${NIGHTLY.id}/resume`, body: null }]);
});

it('runs one at once, switches it off and shows its runs', async () => {
  await show([NIGHTLY]);
  await press('Run now');
  await expect.poll(() => host.querySelector('[role="status"]')?.textContent).toBe('nightly runs now.');
  await press('Switch off');
  expect(sent.map(({ call }) => call)).toEqual([
    `POST /api/schedules/${NIGHTLY.id}/run`,
    `PUT /api/schedules/${NIGHTLY.id}`,
  ]);
  expect(sent[1]?.body).toMatchObject({ name: 'nightly', enabled: false, prompt: 'Update <b>it</b>' });
  await act(() => button('Runs').click());
  await expect.poll(() => host.querySelectorAll('.runs li').length).toBe(2);
  expect(host.querySelector('.runs')?.textContent).toContain('skipped: Too late.');
});

it("leaves a file's schedule to the file", async () => {
  const file = { repositoryId: 7, repository: 'octo/shop', name: 'nightly' };
  await show([{ ...NIGHTLY, file }]);
  expect(host.querySelector('.stuck li')?.textContent).toContain('from .github/signalbox.yml of octo/shop');
  const names = [...host.querySelectorAll('.stuck button')].map(({ textContent }) => textContent);
  expect(names).toEqual(['Run now', 'Runs']);
});

it('makes one by a template with values of its variables', async () => {
  await show([]);
  await fill('Name', 'weekly');
  await fill('Folder', '/srv/shop');
  await fill('Template', 'update');
  expect(button('Make it').disabled).toBe(true);
  await fill('package', 'zod');
  expect(button('Make it').disabled).toBe(false);
  await press('Make it');
  expect(sent).toMatchObject([
    {
      call: 'POST /api/schedules',
      body: {
        name: 'weekly',
        workspace: { type: 'worktree', path: '/srv/shop' },
        project: null,
        prompt: null,
        template: { name: 'update', variables: { package: 'zod' } },
        overlap: 'skip',
        missed: 'run_once',
      },
    },
  ]);
});

it('offers nothing to do to whoever only looks', async () => {
  await show([{ ...NIGHTLY, paused: { at: 1, reason: 'It failed three times.' } }], false);
  expect([...host.querySelectorAll('button')].map(({ textContent }) => textContent)).toEqual(['Runs']);
  expect(host.querySelector('form')).toBeNull();
});
