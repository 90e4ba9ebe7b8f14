import type { Settings } from '../config/settings.ts';
import { compareKeys, readJobKeys } from '../control/job-keys.ts';
import { identityOf } from '../control/runner-identity.ts';
import type { Check } from '../machine/check.ts';
import { checkFailed, checkOk } from '../machine/check.ts';
import { type AskDeps, askForJobKeys } from '../register/ask-control-plane.ts';

const NAME = 'job keys';
const REMEDY =
  'If the key was changed on purpose, run `signalbox-runner trust`. Otherwise somebody else answers in the place of the control plane: look who.';

/** Whether the control plane signs jobs with a key that this runner trusts. */
export async function checkJobKeys(
  { url, dataDir, credential }: Pick<Settings, 'url' | 'dataDir' | 'credential'>,
  deps: AskDeps,
): Promise<Check> {
  const read = readJobKeys(dataDir, identityOf(credential)?.runnerId ?? '');
  if (read.status === 'unreadable') {
    return checkFailed(NAME, 'broken', `the file in ${dataDir} can't be understood`, REMEDY);
  }
  const asked = await askForJobKeys(url, deps);
  if (asked.status === 'failed') return checkFailed(NAME, 'warning', asked.message, 'Check SIGNALBOX_URL.');
  const announced = asked.answer.keys;
  if (read.status === 'none') {
    const [signing] = announced;
    return checkOk(NAME, `none is trusted yet; ${signing?.kid} will be at the first contact`);
  }
  const verdict = compareKeys(read.keys, announced);
  if (verdict.status === 'changed') {
    const detail = `jobs are signed with ${verdict.announced[0]}; trusted: ${verdict.trusted.join(', ')}`;
    return checkFailed(NAME, 'broken', detail, REMEDY);
  }
  if (verdict.untrusted.length === 0) return checkOk(NAME, `${read.keys.length} trusted, one of them signs`);
  const detail = `${verdict.untrusted.join(', ')} will sign jobs and is not trusted yet`;
  return checkFailed(NAME, 'warning', detail, 'Run `signalbox-runner trust` before the key is changed.');
}
