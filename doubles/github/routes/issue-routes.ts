import { z } from 'zod';
import type { Issue } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { renderIssue, renderLabel } from '../render/render-issue.ts';
import { issueOf } from '../world.ts';
import { addIssue, addLabels, announceIssue, changeIssue, labelOf } from '../write-conversation.ts';
import {
  actorOf,
  actsAsApp,
  created,
  ok,
  onRepository,
  paged,
  parseBody,
  type RepositoryCall,
  type RestAnswer,
  type Routes,
} from './rest-call.ts';

const label = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
const title = z.union([z.string(), z.number().transform(String)]);

const newIssue = z.object({
  title,
  body: z.string().nullish(),
  labels: z.array(label).optional(),
});
const issueChange = z.object({
  title: title.nullish(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.string().nullish(),
  labels: z.array(label).optional(),
});
const newLabels = z.object({ labels: z.array(label).default([]) });

const subject = (call: RepositoryCall): Issue => issueOf(call.repository, call.params.issue_number ?? '');
const render = (call: RepositoryCall, issue: Issue) => renderIssue(call.world, call.repository, issue);

function listIssues(call: RepositoryCall): Promise<RestAnswer> {
  const { searchParams } = call.url;
  const state = searchParams.get('state') ?? 'open';
  const labels = (searchParams.get('labels') ?? '').split(',').filter(Boolean);
  const issues = [...call.repository.issues.values()]
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => labels.every((name) => issue.labels.some((held) => held.name === name)))
    .reverse();
  return paged(call, issues, (issue) => render(call, issue));
}

async function createIssue(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const written = parseBody(call, newIssue);
  const writer = { account: actorOf(call), viaApp: actsAsApp(call) };
  const issue = addIssue(world, repository, writer, {
    title: written.title,
    body: written.body ?? null,
    labels: written.labels ?? [],
  });
  await announceIssue(world, repository, issue, { action: 'opened', sender: writer.account });
  return created(render(call, issue));
}

async function updateIssue(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const issue = subject(call);
  const change = parseBody(call, issueChange);
  if (change.labels) issue.labels = change.labels.map((name) => labelOf(world, repository, name));
  await changeIssue(
    world,
    repository,
    issue,
    {
      ...(typeof change.title === 'string' && { title: change.title }),
      ...(change.body !== undefined && { body: change.body }),
      ...(change.state && { state: change.state }),
      ...(change.state_reason !== undefined && { stateReason: change.state_reason }),
    },
    actorOf(call),
  );
  return ok(render(call, issue));
}

const answerLabels = (call: RepositoryCall, issue: Issue): RestAnswer =>
  ok(issue.labels.map((held) => renderLabel(call.world, call.repository, held)));

export const issueRoutes = {
  'issues/get': onRepository((call) => ok(render(call, subject(call)))),
  'issues/list-for-repo': onRepository(listIssues),
  'issues/create': onRepository(createIssue),
  'issues/update': onRepository(updateIssue),
  'issues/list-labels-on-issue': onRepository((call) =>
    paged(call, subject(call).labels, (held) => renderLabel(call.world, call.repository, held)),
  ),
  'issues/add-labels': onRepository(async (call) => {
    const issue = subject(call);
    await addLabels(call.world, call.repository, issue, parseBody(call, newLabels).labels, actorOf(call));
    return answerLabels(call, issue);
  }),
  'issues/remove-label': onRepository(async (call) => {
    const issue = subject(call);
    const held = issue.labels.find(({ name }) => name.toLowerCase() === call.params.name?.toLowerCase());
    if (!held) throw new Refusal(404, 'Label does not exist');
    issue.labels.splice(issue.labels.indexOf(held), 1);
    const fields = { label: renderLabel(call.world, call.repository, held) };
    await announceIssue(call.world, call.repository, issue, {
      action: 'unlabeled',
      sender: actorOf(call),
      fields,
    });
    return answerLabels(call, issue);
  }),
} satisfies Routes;
