import type { FileSchedule, FileSchedules, Schedule } from '../../../protocol/schedules.ts';
import type { Person } from '../../../protocol/task.ts';
import type { CatalogBody } from '../catalog/catalog-desk.ts';

/** The file of a repository, and who pushed what it says. */
export type ScheduleFile = {
  repositoryId: number;
  /** `owner/name`. */
  repository: string;
  schedules: FileSchedules;
  /** Null: it was found out without a push. */
  by: Person | null;
};

export type FilePlan = {
  create: CatalogBody<Schedule>[];
  replace: { id: string; body: CatalogBody<Schedule> }[];
  remove: Schedule[];
};

/** Names end here. */
const MAX_NAME_CHARS = 63;

/**
 * What has to change, so that of this repository there is what its file says.
 *
 * @param known all of the account: names are unique in it
 */
export function planFile(file: ScheduleFile, known: readonly Schedule[]): FilePlan {
  const own = known.filter((one) => one.file?.repositoryId === file.repositoryId);
  const taken = new Set(known.map(({ name }) => name));
  const plan: FilePlan = { create: [], replace: [], remove: [] };
  for (const [name, rule] of Object.entries(file.schedules)) {
    const former = own.find((one) => one.file?.name === name);
    if (former === undefined) {
      const free = freeName(file, name, taken);
      taken.add(free);
      plan.create.push(bodyOf(file, name, rule, { name: free, requester: file.by }));
    } else {
      const body = bodyOf(file, name, rule, { name: former.name, requester: former.requester ?? null });
      // Who pushed something else has asked for nothing anew.
      if (!isSame(body, former)) plan.replace.push({ id: former.id, body: { ...body, requester: file.by } });
    }
  }
  plan.remove = own.filter((one) => one.file !== null && !Object.hasOwn(file.schedules, one.file.name));
  return plan;
}

function bodyOf(
  { repositoryId, repository }: ScheduleFile,
  name: string,
  rule: FileSchedule,
  own: { name: string; requester: Person | null },
): CatalogBody<Schedule> {
  return {
    ...own,
    description: rule.description ?? '',
    cron: rule.cron,
    timeZone: rule.time_zone ?? 'UTC',
    enabled: rule.enabled ?? true,
    prompt: rule.prompt ?? null,
    template: rule.template ?? null,
    options: rule.options ?? {},
    missed: rule.missed ?? 'run_once',
    overlap: rule.overlap ?? 'skip',
    project: null,
    workspace: null,
    file: { repositoryId, repository, name },
  };
}

function isSame(body: CatalogBody<Schedule>, former: Schedule): boolean {
  const entries: [string, unknown][] = Object.entries(body);
  return entries.every(
    ([field, value]) => JSON.stringify(value) === JSON.stringify(Reflect.get(former, field) ?? null),
  );
}

/** `shop-nightly`; when somebody has that name already, with the repository's id behind it. */
function freeName(
  { repository, repositoryId }: ScheduleFile,
  name: string,
  taken: ReadonlySet<string>,
): string {
  const slug = (repository.split('/')[1] ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const ends = [
    '',
    `-${repositoryId}`,
    ...Array.from({ length: 9 }, (_, index) => `-${repositoryId}-${index + 2}`),
  ];
  const candidates = ends.map((end) => {
    const start = `${slug}-${name}`.replace(/^-+/, '').slice(0, MAX_NAME_CHARS - end.length);
    return `${start.replace(/-+$/, '')}${end}`;
  });
  return candidates.find((candidate) => !taken.has(candidate)) ?? candidates[0] ?? name;
}
