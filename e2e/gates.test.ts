import { afterAll, beforeAll, expect, it } from 'vitest';
import { bash, type Script, text, tool } from '../doubles/model/script.ts';
import { gateResultPageSchema } from '../protocol/gate-results.ts';
import { taskViewSchema } from '../protocol/task.ts';
import { createTestWorld, GENEROUS_WRITES_AN_HOUR, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

/** The check on good.txt says how it is mended, in words that the scripted model obeys; the other is for people. */
const CONFIG = `gates:
  retries: 1
  protected: [LICENSE]
  checks:
    - name: good
      command: "test -f good.txt || { echo 'README.md:1:1: error: good.txt is missing [[write:good.txt|ok]]'; exit 1; }"
    - name: style
      command: "echo 'README.md:1:3: warning: a matter of taste'; exit 1"
      required: false
tests:
  command: sh run-tests.sh
`;

const RUN_TESTS = `[ $# -gt 0 ] || set -- tests/*.sh
for file; do sh "$file" || exit 1; echo "passed $file"; done
`;

/** `[[rails-test]]`: a test that fails as long as there are no rails. */
const railsTest: Script = {
  name: 'rails-test',
  steps: () => [
    tool('Write', { file_path: 'tests/rails.sh', content: 'grep -q rails rails.txt\n' }),
    text('The test is written.'),
  ],
};

/** What Claude is told once it wrote that test. */
const layRails: Script = {
  name: 'lay-rails',
  matches: (prompt) => prompt.includes('Your tests are in tests/rails.sh.'),
  steps: () => [bash('echo rails > rails.txt; echo ok > good.txt'), text('The rails are laid.')],
};

let world: TestWorld;
beforeAll(async () => {
  const files = {
    'README.md': '# hello-station\n',
    '.github/signalbox.yml': CONFIG,
    'run-tests.sh': RUN_TESTS,
    'tests/platform.sh': 'grep -q station README.md\n',
  };
  world = await createTestWorld({
    writesAnHour: GENEROUS_WRITES_AN_HOUR,
    scripts: [railsTest, layRails],
    github: {
      owner: { login: 'station-works', type: 'Organization' },
      repositories: [{ name: REPO, files }],
    },
  });
});
afterAll(() => world?.close());

const ask = (title: string, body: string) =>
  world.github.openIssue({ repo: REPO, author: 'mona', title, body: `@signalbox ${body}` });
const say = (number: number, body: string) =>
  world.github.commentOnIssue({ repo: REPO, number, author: 'mona', body: `@signalbox ${body}` });

it('has Claude mend what a gate refuses, and publishes what passes, with what was found beside its lines', async () => {
  const { github } = world;
  const { number } = await ask('A file', '[[write:first.txt|one]]');
  const task = await world.ended(world.sessionOf(number));
  expect(task).toMatchObject({ state: 'completed', gates: { retries: 1, overriddenBy: null } });
  expect(task.gates?.results.map(({ name, status }) => [name, status])).toEqual([
    ['protected paths', 'passed'],
    ['secrets', 'passed'],
    ['good', 'passed'],
    ['style', 'failed'],
  ]);
  expect(await github.diff(REPO, 'main', task.branch ?? '')).toContain('good.txt');
  const moves = (await world.events(task.sessionId)).flatMap(({ event }) =>
    event.type === 'task.moved' ? [event.to] : [],
  );
  expect(moves.join(' ')).toContain('qa_running qa_failed running waiting_qa qa_running waiting_approval');
  await until('the comment names the advisory check', () =>
    world.botComments(number).some(({ body }) => body.includes('style') && body.includes('advisory')),
  );
});

it('waits for people when Claude can not mend it: the first decision counts, and an admin may let it pass', async () => {
  const { github, stack } = world;
  const { number } = await ask('A licence', '[[write:LICENSE|mine]]');
  const sessionId = world.sessionOf(number);
  const task = await world.inState(sessionId, 'qa_failed');
  await until('no retry is left', async () => {
    const gates = (await world.session(sessionId)).tasks[0]?.gates;
    return gates?.retries === 1 && (await world.session(sessionId)).tasks[0]?.state === 'qa_failed';
  });
  await until('the comment says what can be done', () =>
    world.botComments(number).some(({ body }) => body.includes('retry checks') && body.includes('LICENSE')),
  );
  expect(await github.pulls(REPO)).toHaveLength(1);
  const body = { reason: 'We own it.' };
  const passed = await stack.api.post(`/api/tasks/${task.id}/gates/override`, body, taskViewSchema);
  expect(passed.gates?.overriddenBy).not.toBeNull();
  await say(number, 'retry checks');
  const ended = await world.ended(sessionId);
  expect(ended).toMatchObject({ state: 'completed' });
  expect(await github.diff(REPO, 'main', ended.branch ?? '')).toContain('LICENSE');
  await until('whoever is later is told who was first', () =>
    world.botComments(number).some(({ body: text }) => /was first|no failed checks/.test(text)),
  );
});

it('has Claude write tests first where it is asked for, and records them apart from those that were there', async () => {
  const { github, stack } = world;
  const { number } = await ask('Rails', '--tests yes [[rails-test]]');
  const sessionId = world.sessionOf(number);
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({
    state: 'completed',
    gates: { generatedTests: ['tests/rails.sh'], retries: 0 },
  });
  expect(await github.diff(REPO, 'main', task.branch ?? '')).toContain('rails.txt');
  const events = await world.events(sessionId);
  const outputs = events.flatMap(({ event }) =>
    event.type === 'gate.finished' ? [[event.gate.kind, event.gate.output.text.trim()]] : [],
  );
  expect(outputs).toContainEqual(['generated_tests', 'passed tests/rails.sh']);
  expect(outputs).toContainEqual(['regression_tests', 'passed tests/platform.sh\npassed tests/rails.sh']);
  await until('both are in the record', async () => {
    const address = `/api/gates?account=github:${github.ownerId}`;
    const { items } = await stack.api.get(address, gateResultPageSchema);
    const kinds = items.flatMap(({ taskId, kind }) => (taskId === task.id ? [kind] : []));
    return kinds.includes('generated_tests') && kinds.includes('regression_tests');
  });
});
