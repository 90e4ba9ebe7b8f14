import { cancelTask } from './cancel-task.ts';
import type { Host } from './host.ts';
import { readInputs } from './inputs.ts';
import { NoKeyError } from './key-holder.ts';
import { neutralLine } from './neutral-text.ts';
import { planeOf } from './run-step.ts';
import { line } from './step-output.ts';

/** After the job: a main step that was killed before it could cancel its task has left it at work. */
export async function runPost(host: Host): Promise<void> {
  const taskId = host.state('task');
  if (taskId === '' || host.state('settled') !== '') return;
  const read = readInputs(host.input);
  if (read.status === 'mistaken') return;
  try {
    const plane = planeOf(host, read.inputs);
    const { said } = await cancelTask(plane, taskId, 'The step that waited for it was killed.');
    host.write(line(neutralLine(said, 1_000)));
  } catch (error) {
    if (!(error instanceof NoKeyError)) throw error;
    host.write(line(`The task ${taskId} could not be cancelled: ${error.message}`));
  }
}
