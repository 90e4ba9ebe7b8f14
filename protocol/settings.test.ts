import { describe, expect, it } from 'vitest';
import { accountSettingsSchema, mergePatch, settingsPatchSchema } from './settings.ts';
import { givenTaskOptionsSchema, taskOptionsSchema } from './task-options.ts';

const DEFAULTS = taskOptionsSchema.parse({});

describe('a change of settings', () => {
  it.each(Object.keys(givenTaskOptionsSchema.shape))(
    'sets the option %s, and takes it back with null',
    (name) => {
      const value: unknown = Reflect.get(DEFAULTS, name);
      const set = mergePatch({}, settingsPatchSchema.parse({ tasks: { [name]: value } }));
      expect(accountSettingsSchema.parse(set).tasks).toEqual(value === null ? {} : { [name]: value });
      const taken = mergePatch(set, settingsPatchSchema.parse({ tasks: { [name]: null } }));
      expect(accountSettingsSchema.parse(taken).tasks).toEqual({});
    },
  );

  it('refuses what is no option', () => {
    expect(settingsPatchSchema.safeParse({ tasks: { colour: 'red' } }).success).toBe(false);
  });
});
