import type { ScheduleRun, ScheduleView } from '../../protocol/schedules.ts';

const ID = '2c8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e';

export const EXAMPLE_RUN: ScheduleRun = {
  id: ID,
  scheduleId: '0a8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  cause: 'due',
  by: null,
  dueAt: 1_763_690_400_000,
  missed: 0,
  status: 'ended',
  reason: null,
  sessionId: ID,
  taskId: `${ID}.1`,
  taskState: 'completed',
  startedAt: 1_763_690_400_300,
  endedAt: 1_763_690_700_000,
};

export const EXAMPLE_SCHEDULE_BODY = {
  name: 'nightly-updates',
  description: '',
  cron: '0 3 * * 1-5',
  timeZone: 'Europe/Berlin',
  enabled: true,
  project: 'shop',
  workspace: null,
  prompt: null,
  template: { name: 'update-package', variables: { package: 'zod' } },
  options: { maxUsd: 2 },
  missed: 'run_once' as const,
  overlap: 'skip' as const,
};

export const EXAMPLE_SCHEDULE: ScheduleView = {
  ...EXAMPLE_SCHEDULE_BODY,
  project: '1b8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  file: null,
  id: '0a8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  createdAt: 1_763_700_000_000,
  createdBy: 'octocat',
  updatedAt: 1_763_700_000_000,
  updatedBy: 'octocat',
  failures: 0,
  paused: null,
  lastRun: EXAMPLE_RUN,
  nextRuns: [1_763_949_600_000, 1_764_036_000_000, 1_764_122_400_000],
};
