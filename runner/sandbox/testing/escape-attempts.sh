#!/bin/bash
# Tries to get out, in the ways that are named; prints "<name>: escaped" or "<name>: held" for each.
# $1: runner's data folder, $2: home, $3: shared repository, $4: pid of the runner, $5: a port that nobody allowed,
# $6: Claude's own folder
attempt() { if timeout 10 "${@:2}" >/dev/null 2>&1; then echo "$1: escaped"; else echo "$1: held"; fi; }
# What is written where reading is denied lands in memory of the sandbox's own; whoever calls this looks outside.
touch "$1/worktrees/planted" "$1/planted"
mkdir -p "$3/hooks" && touch "$3/hooks/post-checkout"
attempt 'write to the home folder' touch "$2/.bashrc"
attempt 'write to the temporary folder' touch "$(dirname "$1")/planted"
attempt 'read the credential' cat "$1/registration.json"
attempt 'read a journal' cat "$1/jobs/other/1.ndjson"
attempt 'read another worktree' cat "$1/worktrees/other/app/secret.txt"
attempt 'read through a link' cat link-to-another
attempt 'read an SSH key' cat "$2/.ssh/id_ed25519"
attempt 'read the git logins' cat "$2/.git-credentials"
attempt 'read another transcript' cat "$6/projects/-other/session.jsonl"
attempt 'change the settings of Claude Code' bash -c "echo '{}' > '$6/settings.json'"
attempt 'change the shared config' git config alias.x '!touch /tmp/x'
attempt 'borrow the objects of another repository' bash -c "echo /x > '$3/objects/info/alternates'"
attempt 'write to another worktree' touch "$3/worktrees/other-session/HEAD"
attempt 'see the runner' test -e "/proc/$4/environ"
attempt 'read the environment of another process' bash -c "cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep RUNNER_CREDENTIAL"
attempt 'signal the runner' kill -0 "$4"
attempt 'connect to this machine' bash -c "exec 3<>/dev/tcp/127.0.0.1/$5"
attempt 'ask the proxy for a host that is not allowed' curl -sf --noproxy '' -x "$HTTP_PROXY" "http://127.0.0.1:$5/"
attempt 'mount something' mount -t tmpfs none "$1"
attempt 'undo a mount' umount "$1"
attempt 'open a socket of this machine' bash -c "socat -u OPEN:/dev/null UNIX-CONNECT:/var/run/docker.sock"
