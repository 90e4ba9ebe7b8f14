import bash from '@speed-highlight/core/languages/bash.js';
import c from '@speed-highlight/core/languages/c.js';
import css from '@speed-highlight/core/languages/css.js';
import docker from '@speed-highlight/core/languages/docker.js';
import go from '@speed-highlight/core/languages/go.js';
import html from '@speed-highlight/core/languages/html.js';
import ini from '@speed-highlight/core/languages/ini.js';
import java from '@speed-highlight/core/languages/java.js';
import js from '@speed-highlight/core/languages/js.js';
import jsdoc from '@speed-highlight/core/languages/jsdoc.js';
import json from '@speed-highlight/core/languages/json.js';
import lua from '@speed-highlight/core/languages/lua.js';
import make from '@speed-highlight/core/languages/make.js';
import pl from '@speed-highlight/core/languages/pl.js';
import py from '@speed-highlight/core/languages/py.js';
import regex from '@speed-highlight/core/languages/regex.js';
import rs from '@speed-highlight/core/languages/rs.js';
import sql from '@speed-highlight/core/languages/sql.js';
import todo from '@speed-highlight/core/languages/todo.js';
import toml from '@speed-highlight/core/languages/toml.js';
import ts from '@speed-highlight/core/languages/ts.js';
import xml from '@speed-highlight/core/languages/xml.js';
import yaml from '@speed-highlight/core/languages/yaml.js';
import { type ShjLanguageData, tokenizeWith } from '@speed-highlight/core/tokenize';
import type { CodeToken } from './code.tsx';

const LANGUAGES: Readonly<Record<string, ShjLanguageData>> = {
  bash,
  c,
  css,
  docker,
  go,
  html,
  ini,
  java,
  js,
  jsdoc,
  json,
  lua,
  make,
  pl,
  py,
  regex,
  rs,
  sql,
  todo,
  toml,
  ts,
  xml,
  yaml,
};

/** Names in code fences and endings of files, where they are not the language's own. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  cjs: 'js',
  javascript: 'js',
  jsx: 'js',
  mjs: 'js',
  cts: 'ts',
  mts: 'ts',
  tsx: 'ts',
  typescript: 'ts',
  python: 'py',
  pyi: 'py',
  rust: 'rs',
  golang: 'go',
  perl: 'pl',
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  console: 'bash',
  cc: 'c',
  cpp: 'c',
  cs: 'c',
  h: 'c',
  hpp: 'c',
  'c++': 'c',
  kt: 'java',
  kotlin: 'java',
  scss: 'css',
  less: 'css',
  htm: 'html',
  vue: 'html',
  svelte: 'html',
  svg: 'xml',
  yml: 'yaml',
  json5: 'json',
  jsonc: 'json',
  cfg: 'ini',
  conf: 'ini',
  env: 'ini',
  dockerfile: 'docker',
  makefile: 'make',
  mk: 'make',
};

/** Beyond this, patterns that look back and ahead would be felt while the page scrolls. */
const MAX_CHARS = 50_000;
const MAX_LINE_CHARS = 2_000;

/** @param language as in a code fence, or the ending of a file. @returns tokens line by line; null where there are no colours for it */
export function highlight(text: string, language: string): CodeToken[][] | null {
  const name = language.toLowerCase();
  const grammar = LANGUAGES[OTHER_NAMES[name] ?? name];
  if (grammar === undefined || text.length > MAX_CHARS) return null;
  const lines: CodeToken[][] = [[]];
  if (text.split('\n').some(({ length }) => length > MAX_LINE_CHARS)) return null;
  const onToken = (part: string, kind?: string): void => {
    part.split('\n').forEach((piece, index) => {
      if (index > 0) lines.push([]);
      if (piece !== '') lines.at(-1)?.push({ text: piece, kind: kind ?? null });
    });
  };
  tokenizeWith(text, grammar, onToken, { languages: { ...LANGUAGES } });
  return lines;
}
