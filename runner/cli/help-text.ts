/** What `signalbox-runner help` prints. */
export const HELP_TEXT = `signalbox-runner: takes jobs from a Signalbox control plane and runs them with Claude Code.

Usage
  signalbox-runner start           connect and take jobs until stopped
  signalbox-runner start --once    take one job, finish it, exit
  signalbox-runner register        make this machine a runner, with a token from an admin; it is read from
                                   SIGNALBOX_REGISTRATION_TOKEN, --token-file, a pipe, or typed unseen
                     --name NAME   how the runner is called (default: the machine's name)
  signalbox-runner trust           accept the keys that the control plane signs jobs with now
                     --key ID      only if this one is among them
  signalbox-runner doctor          check this machine and say how to mend what is missing
  signalbox-runner doctor --json   the same for programs
  signalbox-runner disk            what the data folder holds, what is held back and why; --json for programs
  signalbox-runner rescue <task>   where unpublished work of a task is kept, and how to get it
  signalbox-runner attach          have the Claude Code of this folder report to Signalbox, with an API key that is
                                   read from SIGNALBOX_API_KEY, --key-file, a pipe, or typed unseen
                   --session ID    into this session (default: one for each start of Claude Code)
                   --account KEY   whose it is, when the key reaches several: github:123
                   --project DIR   another folder
  signalbox-runner detach          undo it; --discard throws away what could not be sent
  signalbox-runner version
  signalbox-runner help

Settings (flag, environment variable, key in signalbox-runner.yml; the first that is set counts)
  --url           SIGNALBOX_URL              url              address of the control plane
  (no flag)       SIGNALBOX_RUNNER_CREDENTIAL                 the runner's credential
  (no flag)       SIGNALBOX_RUNNER_CREDENTIAL_FILE
                                             credentialFile   file that holds the credential
  --data-dir      SIGNALBOX_DATA_DIR         dataDir          worktrees, journals, lock
  --labels        SIGNALBOX_LABELS           labels           what jobs can ask for: gpu,linux
  --capacity      SIGNALBOX_CAPACITY         capacity         jobs at once (default: two a core)
  --folders       SIGNALBOX_FOLDERS          folders          where jobs of type local and worktree may work
  --claude-path   CLAUDE_CODE_PATH           claudePath       Claude Code's executable
  (no flag)       SIGNALBOX_PASS_ENVIRONMENT passEnvironment  more variables for Claude: AWS_PROFILE,AWS_REGION
  --max-disk      SIGNALBOX_MAX_DISK         maxDisk          what the data folder may take: 20GB (default: 50GB)
  (no flag)       SIGNALBOX_READY_TREES      readyTrees       trees of large repositories kept ready, each (default: 2)
  (no flag)       SIGNALBOX_CHECKPOINT_SECONDS
                                             checkpointSeconds
                                                              how often a running turn's state is stored (default: 120)
  --sandbox       SIGNALBOX_SANDBOX          sandbox          off, auto, required: run Claude in a sandbox (default: off)
  (no flag)       SIGNALBOX_SANDBOX_HOSTS    sandboxHosts     hosts it may reach besides the model's
  (no flag)       SIGNALBOX_SANDBOX_DENY_READ
                                             sandboxDenyRead  more that it can't read
  (no flag)       SIGNALBOX_POLICY           policy           file that says what jobs may do on this machine
  --log-level     SIGNALBOX_LOG_LEVEL        logLevel         trace, debug, info, warn, error, fatal, silent
  --config        SIGNALBOX_RUNNER_CONFIG                     another file than signalbox-runner.yml

Signals
  TERM, INT       take no more jobs, keep the work so far, give running jobs back; a second one ends at once
`;
