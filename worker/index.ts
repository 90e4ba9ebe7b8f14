import { app } from './app.ts';
import type { Env } from './env.ts';
import { runSchedule } from './http/run-schedule.ts';

export { AccountObject } from './account/account-object.ts';
export { FleetObject } from './fleet/fleet-object.ts';
export { InstallationObject } from './installation/installation-object.ts';
export { RecorderObject } from './record/recorder/recorder-object.ts';
export { SessionObject } from './session/session-object.ts';

export default {
  fetch: app.fetch,
  scheduled: (_controller, env, ctx) => ctx.waitUntil(runSchedule(env)),
} satisfies ExportedHandler<Env>;
