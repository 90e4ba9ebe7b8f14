import { describe, expect, it } from 'vitest';
import { REPORTED_HOOKS } from '../../protocol/read-hook.ts';
import { addHooks, parseSettings, printSettings, removeHooks } from './hook-settings.ts';

const OURS = "'/data/attached/a/report.sh'";
const own = (command: string) => ({ type: 'command', command });

describe("Claude Code's settings", () => {
  it.each([
    ['nothing', {}],
    ['other settings', { model: 'opus', permissions: { allow: ['Bash(ls:*)'] } }],
    ['hooks of others', { hooks: { Stop: [{ hooks: [own('say done')] }], Setup: [] } }],
    ['hooks with matchers', { hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [own('check')] }] } }],
    ['a group that is none of ours to judge', { hooks: { Stop: ['what is this', { hooks: 'odd' }] } }],
    ['an event without groups', { hooks: {} }],
  ])('are the same after the hooks were put in and taken out: %s', (_name, settings) => {
    const added = addHooks(settings, OURS);
    expect(Object.keys(added.hooks ?? {})).toEqual(expect.arrayContaining([...REPORTED_HOOKS]));
    expect(removeHooks(added, OURS)).toEqual(
      'hooks' in settings && Object.keys(settings.hooks).length === 0 ? {} : settings,
    );
  });

  it('hold each hook once, also when it is put in again', () => {
    const once = addHooks({ hooks: { Stop: [{ hooks: [own('say done')] }] } }, OURS);
    expect(addHooks(once, OURS)).toEqual(once);
    expect(once.hooks?.Stop).toEqual([
      { hooks: [own('say done')] },
      { hooks: [{ ...own(OURS), timeout: 5 }] },
    ]);
  });

  it('lose only our handler from a group that somebody has put another into', () => {
    const mixed = { hooks: { Stop: [{ matcher: '*', hooks: [own(OURS), own('say done')] }] } };
    expect(removeHooks(mixed, OURS)).toEqual({
      hooks: { Stop: [{ matcher: '*', hooks: [own('say done')] }] },
    });
  });

  it('are not touched when Claude Code could not read them either', () => {
    for (const text of ['{ "hooks": ', '[]', '{"hooks": {"Stop": "x"}}', 'null']) {
      expect(parseSettings(text)).toMatchObject({ status: 'unreadable' });
    }
    expect(parseSettings(' \n')).toEqual({ status: 'ok', settings: {} });
  });

  it('keep their indentation', () => {
    expect(printSettings({ a: { b: 1 } }, '{\n\t"a": 1\n}')).toBe('{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n');
    expect(printSettings({ a: 1 }, '')).toBe('{\n  "a": 1\n}\n');
  });
});
