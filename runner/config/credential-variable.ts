/** By itself, so that the runner can hide it before it loads anything else. */
export const CREDENTIAL_VARIABLE = 'SIGNALBOX_RUNNER_CREDENTIAL';
