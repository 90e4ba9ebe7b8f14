import { expect, it } from 'vitest';
import { MAX_STRUCTURED_OUTPUT_CHARS } from '../../protocol/limits.ts';
import { cleanMessage } from './clean-message.ts';
import { FIRST_MAP_STATE, mapMessage } from './map-message.ts';
import { parseMessage } from './message-schema.ts';
import { DEFAULT_TOOL_POLICY, decideTool, withAnswerTool } from './tool-policy.ts';

/** The end of a turn whose answer this is, as an event. */
function turnWith(answer: unknown) {
  const line = {
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: 'Done.',
    structured_output: answer,
  };
  const message = parseMessage(line);
  if (message === null) throw new Error('It is no message of the CLI.');
  const clean = (_stream: string, text: string) => text.replaceAll('s3cret', '***');
  const { events } = mapMessage(cleanMessage(message, clean), FIRST_MAP_STATE, 0, () => null);
  return events.find(({ type }) => type === 'claude.turn_ended');
}

it('is told with its turn, as JSON without secrets', () => {
  const answer = { verdict: 'good', notes: ['the key is s3cret'], deep: { s: 's3cret' } };
  expect(turnWith(answer)).toMatchObject({
    structuredOutput: '{"verdict":"good","notes":["the key is ***"],"deep":{"s":"***"}}',
  });
});

it('is left out whole when it is longer than an event may be, or not there', () => {
  expect(turnWith({ text: 'x'.repeat(MAX_STRUCTURED_OUTPUT_CHARS) })).not.toHaveProperty('structuredOutput');
  expect(turnWith(undefined)).not.toHaveProperty('structuredOutput');
});

it('has a tool of its own, which a task without a schema does not have', () => {
  const request = { name: 'StructuredOutput', input: {}, toolUseId: 't' };
  const decide = (schema: unknown) =>
    decideTool(request, withAnswerTool(DEFAULT_TOOL_POLICY, schema), null, []).type;
  expect([decide({ type: 'object' }), decide(null)]).toEqual(['allow', 'deny']);
});
