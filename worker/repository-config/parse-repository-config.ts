import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import {
  type ConfigMistake,
  MAX_REPOSITORY_CONFIG_BYTES,
  type RepositoryConfigState,
  repositoryConfigSchema,
} from '../../protocol/repository-config.ts';
import { knownSettings } from './known-settings.ts';

/** Nobody reads more, and a check run takes 50 annotations a call. */
const MAX_MISTAKES = 50;

/** Aliases are of little use in so short a file, and can make a small one huge. */
const MAX_ALIASES = 10;

const MAX_MESSAGE_CHARS = 300;

/** Reads the text of a repository's file. Whatever is in it, the answer names each mistake with its line. */
export function parseRepositoryConfig(text: string): RepositoryConfigState {
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > MAX_REPOSITORY_CONFIG_BYTES) return invalid([wholeFile(tooLong(bytes))]);
  try {
    return parse(text);
  } catch (error) {
    // The parser throws at aliases beyond the limit, and at brackets nested thousands deep.
    const why = error instanceof RangeError ? 'it is nested too deeply' : String(error);
    return invalid([wholeFile(`can not be read as YAML: ${why}`)]);
  }
}

function parse(text: string): RepositoryConfigState {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core' });
  if (document.errors.length > 0) {
    return invalid(
      document.errors.map(({ pos, message }) => mistakeAt(lines, pos[0], '', `is not YAML: ${message}`)),
    );
  }
  const parsed = repositoryConfigSchema.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {});
  if (parsed.success) return { status: 'valid', config: parsed.data };
  return invalid(parsed.error.issues.flatMap((issue) => mistakesOf(document, lines, issue)));
}

/** One for each setting that nobody knows; else the issue's own place. */
function mistakesOf(document: Document, lines: LineCounter, issue: z.core.$ZodIssue): ConfigMistake[] {
  if (issue.code !== 'unrecognized_keys') {
    return [mistakeAt(lines, offsetOf(document, issue.path), issue.path.join('.'), issue.message)];
  }
  return issue.keys.map((key) => {
    const known = knownSettings(repositoryConfigSchema, issue.path).join(', ');
    const path = [...issue.path, key];
    return mistakeAt(
      lines,
      keyOffset(document, issue.path, key),
      path.join('.'),
      `is no setting; there are ${known}`,
    );
  });
}

/** Of the value at a path, or of the nearest thing around it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return document.contents?.range?.[0] ?? 0;
}

function keyOffset(document: Document, path: readonly PropertyKey[], key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(map) ? map.items.find((item) => String(item.key) === key) : undefined;
  return isNode(pair?.key) ? (pair.key.range?.[0] ?? 0) : offsetOf(document, path);
}

function mistakeAt(lines: LineCounter, offset: number, path: string, message: string): ConfigMistake {
  const { line, col } = lines.linePos(offset);
  return {
    path,
    line: Math.max(1, line),
    column: Math.max(1, col),
    message: message.slice(0, MAX_MESSAGE_CHARS),
  };
}

export const tooLong = (bytes: number): string =>
  `is ${bytes} bytes long; at most ${MAX_REPOSITORY_CONFIG_BYTES} are read`;

/** A mistake of the file as a whole. */
export function wholeFile(message: string): ConfigMistake {
  return { path: '', line: 1, column: 1, message };
}

function invalid(mistakes: ConfigMistake[]): RepositoryConfigState {
  const inOrder = mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { status: 'invalid', mistakes: inOrder.slice(0, MAX_MISTAKES) };
}
