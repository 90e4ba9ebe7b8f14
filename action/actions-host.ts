import { readFile } from 'node:fs/promises';
import {
  type AnnotationProperties,
  endGroup,
  error,
  getIDToken,
  getInput,
  getState,
  info,
  notice,
  saveState,
  setOutput,
  setSecret,
  startGroup,
  summary,
  warning,
} from '@actions/core';
import type { Annotation } from '../protocol/gates.ts';
import type { Host } from './host.ts';
import { neutralLines } from './neutral-text.ts';
import type { StepOutput } from './step-output.ts';

const WRITERS = { notice, warning, failure: error } as const;

/** The real runner of GitHub Actions: its environment, its files, and commands on standard output. */
export function actionsHost(cancelled: AbortSignal): Host {
  return {
    env: process.env,
    payload: () => readPayload(process.env.GITHUB_EVENT_PATH),
    input: (name) => getInput(name),
    output: setOutput,
    state: getState,
    saveState,
    write,
    hide: setSecret,
    async summary(markdown) {
      // Servers without job summaries name no file.
      if (process.env.GITHUB_STEP_SUMMARY === undefined) return;
      await summary.addRaw(markdown).write();
    },
    fail(message) {
      error(neutralLines(message).join('\n'));
    },
    idToken: getIDToken,
    fetch,
    bundleDir: import.meta.dirname,
    random: Math.random,
    now: Date.now,
    cancelled,
  };
}

function write(output: StepOutput): void {
  switch (output.type) {
    case 'line':
      info(output.text);
      break;
    case 'group':
      startGroup(output.title);
      break;
    case 'end_group':
      endGroup();
      break;
    case 'annotation': {
      const { level, message } = output.annotation;
      WRITERS[level](message, propertiesOf(output.annotation, output.title));
      break;
    }
  }
}

function propertiesOf({ path, line, column }: Annotation, title: string): AnnotationProperties {
  return { title, file: path, startLine: line, ...(column === null ? {} : { startColumn: column }) };
}

async function readPayload(path: string | undefined): Promise<unknown> {
  if (path === undefined) return null;
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
