/** Each field of a cron expression with the numbers it may hold. */
const FIELDS = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12 },
  { name: 'day of the week', min: 1, max: 7 },
] as const;

/**
 * Whether a cron expression names this minute, in UTC as on Cloudflare: numbers, lists, ranges, steps and `*`.
 * Days of the week are 1 (Sunday) to 7 (Saturday), as Cloudflare counts them. Throws on anything else.
 */
export function cronMatches(cron: string, time: Date): boolean {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== FIELDS.length)
    throw new Error(`The cron expression "${cron}" does not have five fields.`);
  const [minute, hour, day, month, weekday] = FIELDS.map(({ name, min, max }, index) => {
    const value = fieldOf(time, index);
    return {
      isAny: fields[index] === '*',
      matches: fieldMatches(fields[index] ?? '', value, min, max, `${name} of "${cron}"`),
    };
  });
  if (!minute?.matches || !hour?.matches || !month?.matches || !day || !weekday) return false;
  // When both kinds of days are given, cron runs on either.
  if (!day.isAny && !weekday.isAny) return day.matches || weekday.matches;
  return day.matches && weekday.matches;
}

function fieldOf(time: Date, fieldIndex: number): number {
  const values = [
    time.getUTCMinutes(),
    time.getUTCHours(),
    time.getUTCDate(),
    time.getUTCMonth() + 1,
    time.getUTCDay() + 1,
  ];
  return values[fieldIndex] ?? Number.NaN;
}

function fieldMatches(field: string, value: number, min: number, max: number, where: string): boolean {
  return field.split(',').some((part) => {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    const [, first, last, step] = match ?? [];
    const from = first === undefined ? min : Number(first);
    const to = last === undefined ? (first === undefined || step !== undefined ? max : from) : Number(last);
    if (!match || from < min || to > max || from > to || step === '0') {
      throw new Error(`"${part}" can't be the ${where}.`);
    }
    return value >= from && value <= to && (value - from) % Number(step ?? 1) === 0;
  });
}
