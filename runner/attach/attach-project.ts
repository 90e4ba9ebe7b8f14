import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import {
  type Attachment,
  attachmentFolder,
  readAttachment,
  readKey,
  readProblem,
  saveAttachment,
  scriptOf,
  spoolOf,
} from './attachment.ts';
import { hookScript, quote, type SenderCommand } from './hook-script.ts';
import { postReports } from './post-reports.ts';
import { attachSettings, settingsPathOf } from './settings-file.ts';
import { spooledFiles } from './spool.ts';

export type AttachSpec = {
  url: string;
  dataDir: string;
  /** Absolute. */
  project: string;
  account: string | null;
  session: string | null;
  /** Null: the one that is kept from the last time. */
  key: string | null;
  sender: SenderCommand;
};

export type AttachDeps = { fetch: typeof fetch; newId: () => string };

export type AttachResult = { status: 'done' | 'failed'; lines: string[] };

/** An API key of an account, or the admin key. */
const KEY = /^sb[ak]_[\w.:-]{10,}$/;

/** Has the Claude Code of a project report to a control plane from its next start on. Again: with other settings. */
export async function attachProject(spec: AttachSpec, deps: AttachDeps): Promise<AttachResult> {
  const { url, dataDir, project, account, session } = spec;
  if (!statSync(project, { throwIfNoEntry: false })?.isDirectory()) return failed(`${project} is no folder.`);
  const folder = attachmentFolder(dataDir, project);
  const key = spec.key ?? readKey(folder);
  if (key === null || !KEY.test(key)) return failed(key === null ? NO_KEY : WRONG_KEY);
  const before = readAttachment(folder);
  const asked = await postReports(
    { url, key, fetch: deps.fetch },
    {
      ...(account === null ? {} : { account }),
      ...(session === null ? {} : { session }),
      claudeSessionId: deps.newId(),
      cwd: project,
      host: null,
      reports: [],
    },
  );
  if (asked.status !== 'stored') return failed(asked.message);
  mkdirSync(spoolOf(folder), { recursive: true, mode: 0o700 });
  writeFileSync(scriptOf(folder), hookScript(folder, spec.sender), { mode: 0o700 });
  const changed = attachSettings(project, quote(scriptOf(folder)));
  if (changed.status === 'unreadable') return failed(changed.message);
  const madeSettings = changed.made || (before?.madeSettings ?? false);
  const attachment: Attachment = { version: 1, project, url, account, session, madeSettings };
  saveAttachment(folder, attachment, key);
  return { status: 'done', lines: describe(folder, attachment) };
}

function describe(folder: string, { project, url, session }: Attachment): string[] {
  const waiting = spooledFiles(spoolOf(folder)).length;
  const problem = readProblem(folder);
  return [
    `Claude Code in ${project} reports to ${url}${session === null ? ', each start into a session of its own' : `, into the session ${session}`}.`,
    `The hooks are in ${settingsPathOf(project)}; that file is yours alone and should not be committed.`,
    'Start Claude Code anew in that folder. What looks like a secret is blanked out before it leaves this machine.',
    ...(waiting === 0
      ? []
      : [`${waiting} reports of before wait to be sent${problem === null ? '' : `: ${problem}`}.`]),
    'Undo it with: signalbox-runner detach',
  ];
}

const NO_KEY =
  'An API key is needed: set SIGNALBOX_API_KEY, name a file with --key-file, or pipe it in. An admin makes one with POST /api/keys; the role "operator" is enough.';
const WRONG_KEY = 'This is no API key (sbk_…).';

const failed = (message: string): AttachResult => ({ status: 'failed', lines: [message] });
