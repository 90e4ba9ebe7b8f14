import { expect, it } from 'vitest';
import { KeyHolder, NoKeyError } from './key-holder.ts';

const HOUR_MS = 3_600_000;

/** A deployment that answers exchanges as it is told. */
function holder(answers: readonly (number | 'lost')[], given: string | null = null) {
  const tokens: string[] = [];
  const hidden: string[] = [];
  let nowMs = 0;
  let asked = 0;
  const keys = new KeyHolder({
    url: 'https://signalbox.example',
    given,
    async idToken(audience) {
      asked += 1;
      return `${audience}#${asked}`;
    },
    hide: (secret) => hidden.push(secret),
    now: () => nowMs,
    random: () => 0,
    signal: new AbortController().signal,
    async fetch(_url, init) {
      const { token } = JSON.parse(String(init?.body));
      const answer = answers[Math.min(tokens.length, answers.length - 1)];
      tokens.push(token);
      if (answer === 'lost') throw new TypeError('fetch failed');
      const problem = {
        type: 'x',
        title: 'x',
        status: answer,
        code: 'forbidden',
        detail: 'No.',
        remedy: 'Ask.',
      };
      if (answer !== 201) return Response.json(problem, { status: answer ?? 500 });
      const key = `sbk_${tokens.length}`;
      return Response.json(
        { key, expiresAt: nowMs + HOUR_MS, account: 'github:1', repositoryId: 1 },
        { status: 201 },
      );
    },
  });
  return { keys, tokens, hidden, pass: (ms: number) => (nowMs += ms) };
}

it('exchanges the OIDC token once for all calls, and anew before the key ends', async () => {
  const { keys, tokens, pass } = holder([201]);
  expect(await Promise.all([keys.key(), keys.key()])).toEqual(['sbk_1', 'sbk_1']);
  pass(HOUR_MS - 6 * 60_000);
  expect(await keys.key()).toBe('sbk_1');
  pass(2 * 60_000);
  expect(await keys.key()).toBe('sbk_2');
  expect(tokens).toEqual(['https://signalbox.example#1', 'https://signalbox.example#2']);
});

it('asks for a new token at each try, since one is good once', async () => {
  const { keys, tokens } = holder(['lost', 503, 201]);
  expect(await keys.key()).toBe('sbk_3');
  expect(new Set(tokens).size).toBe(3);
});

it('has the log hide every token and every key, the given one too', async () => {
  const { keys, hidden } = holder([201]);
  await keys.key();
  expect(hidden).toEqual(['https://signalbox.example#1', 'sbk_1']);
  const given = holder([], 'sbk_given');
  expect(given.hidden).toEqual(['sbk_given']);
  expect(await given.keys.key()).toBe('sbk_given');
});

it('says why there is no key', async () => {
  const refused = await holder([403])
    .keys.key()
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NoKeyError);
  expect(String(refused)).toContain('No. Ask.');
});
