import { fullMarkOf, senderPidOf, spoolOf } from './attachment.ts';

/** Reports that may wait on the machine: about a week of work without a network. */
export const MAX_SPOOLED = 10_000;

/** The command that starts a sender: Node and our program, absolute. */
export type SenderCommand = { node: string; bin: string };

/**
 * The hook itself. Claude Code waits for it, so it is a few lines of shell: it keeps what it is given and leaves the
 * rest to a sender, which it starts when none runs. It says nothing and always succeeds, whatever happens.
 */
export function hookScript(folder: string, { node, bin }: SenderCommand): string {
  return `#!/bin/sh
# Keeps what Claude Code tells its hooks. Made by "signalbox-runner attach", removed by "signalbox-runner detach".
spool=${quote(spoolOf(folder))}
[ -d "$spool" ] || exit 0
umask 077
set -- "$spool"/*.json
if [ "$#" -ge ${MAX_SPOOLED} ]; then
  : 2>/dev/null >${quote(fullMarkOf(folder))}
  exit 0
fi
name="$(date +%s%N)-$$"
cat 2>/dev/null >"$spool/.$name" && mv "$spool/.$name" "$spool/$name.json" 2>/dev/null
pid=
{ read -r pid <${quote(senderPidOf(folder))}; } 2>/dev/null
if [ -z "$pid" ] || ! grep -q send-reports "/proc/$pid/cmdline" 2>/dev/null; then
  detach=
  command -v setsid >/dev/null 2>&1 && detach=setsid
  cd / && $detach ${quote(node)} ${quote(bin)} send-reports ${quote(folder)} </dev/null >/dev/null 2>&1 &
  # The next hook sees it from here on, however long it takes to start.
  echo $! 2>/dev/null >${quote(senderPidOf(folder))}
fi
exit 0
`;
}

/** A word for the shell, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
