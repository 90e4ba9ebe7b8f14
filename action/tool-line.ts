import { z } from 'zod';
import { neutralLine } from './neutral-text.ts';

const MAX_LINE_CHARS = 200;

/** Of each well-known tool, what says most. */
const inputSchema = z.looseObject({
  command: z.string().optional(),
  file_path: z.string().optional(),
  notebook_path: z.string().optional(),
  pattern: z.string().optional(),
  query: z.string().optional(),
  url: z.string().optional(),
  description: z.string().optional(),
});

/** A tool's use in one line: `Bash: npm test`. @param input the tool's input as JSON, perhaps cut */
export function toolLine(name: string, input: string): string {
  return neutralLine(`▸ ${name}: ${subjectOf(input)}`, MAX_LINE_CHARS);
}

function subjectOf(input: string): string {
  const parsed = inputSchema.safeParse(parse(input));
  if (!parsed.success) return input;
  const { command, file_path, notebook_path, pattern, query, url, description } = parsed.data;
  return command ?? file_path ?? notebook_path ?? pattern ?? query ?? url ?? description ?? input;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
