import type { RunnerEvent } from '../../protocol/events.ts';
import type { JobCommand } from '../../protocol/job.ts';
import { judgeFollowUp } from '../policy/judge-job.ts';
import type { Policy } from '../policy/policy.ts';
import { wordReply } from '../questions/word-reply.ts';
import type { JobContext } from './job-context.ts';

type Receivers = Pick<
  JobContext,
  'stop' | 'messages' | 'questions' | 'pause' | 'finish' | 'gates' | 'publish' | 'reject'
> & {
  policy: Policy;
  emit: (event: RunnerEvent) => void;
  taken: (commandId: number) => void;
};

/** Hands an order of the control plane to whoever carries it out. Each says by itself when it has taken it. */
export function takeCommand(id: number, command: JobCommand, to: Receivers): void {
  switch (command.type) {
    case 'message': {
      const { type: _type, ...message } = command;
      const refusal = judgeFollowUp(to.policy, message.text);
      if (refusal !== null) {
        to.emit({ type: 'notice', level: 'warning', text: refusal });
        to.taken(id);
        return;
      }
      to.messages.add({ commandId: id, ...message });
      return;
    }
    case 'cancel':
    case 'stop': {
      const type = command.type === 'cancel' ? 'cancelled' : 'stopped';
      to.stop.request({ type, text: command.reason, commandId: id });
      return;
    }
    case 'answer': {
      const { question, reply, by } = command;
      if (to.questions?.receive({ ...command, commandId: id }) === true) return;
      const author = by ?? 'Signalbox';
      const text = wordReply(question, { reply, by });
      to.messages.add({ commandId: id, messageId: command.messageId ?? `answer:${id}`, author, text });
      return;
    }
    case 'pause':
    case 'resume':
      to.pause.receive(id, command.type === 'pause');
      return;
    case 'finish':
      to.finish.receive(id);
      return;
    case 'retry_gates':
    case 'override_gates':
      to.gates.receive({ commandId: id, ...command });
      return;
    case 'reject':
      to.reject.receive({ commandId: id, ...command });
      return;
    case 'publish':
      to.publish.receive({ commandId: id, tree: command.tree });
      return;
  }
}
