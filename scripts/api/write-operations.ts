import {
  type DescribedOperation,
  type Description,
  type JsonSchema,
  operationsOf,
} from './load-description.ts';
import { writeType } from './write-type.ts';

const HEADER = `/* Made from the API's description by \`npm run describe\`; edits are lost. */
`;

/**
 * The types of the API's client: what each operation that answers with JSON takes and gives, under its method and
 * path. Streams, sockets and files have no place in a call that answers with a value.
 */
export function writeOperations(description: Description): string {
  const types = Object.entries(description.components.schemas).map(
    ([name, schema]) => `export type ${name} = ${writeType(schema)};`,
  );
  const operations = operationsOf(description).flatMap(({ method, path, operation }) => {
    const answer = answerOf(operation);
    if (answer === null) return [];
    return `/** ${operation.summary}. */\n'${method} ${path}': { ${inputOf(operation)} answer: ${answer} };`;
  });
  return [HEADER, ...types, `export type Operations = {\n${operations.join('\n')}\n};\n`].join('\n');
}

function answerOf({ responses }: DescribedOperation): string | null {
  const types = Object.entries(responses).flatMap(([status, response]) => {
    if (!status.startsWith('2') || !('description' in response)) return [];
    if (response.content === undefined) return 'null';
    const json = response.content['application/json'];
    return json?.schema === undefined ? [] : writeType(json.schema);
  });
  return types.length === 0 ? null : [...new Set(types)].join(' | ');
}

function inputOf({ parameters, requestBody }: DescribedOperation): string {
  const params = writeParameters(parameters, 'path', 'params');
  const query = writeParameters(parameters, 'query', 'query');
  const body = requestBody?.content['application/json']?.schema;
  if (body === undefined) return `${params}${query}`;
  return `${params}${query}body${requestBody?.required === true ? '' : '?'}: ${writeType(body)};`;
}

function writeParameters(
  parameters: DescribedOperation['parameters'],
  place: 'path' | 'query',
  name: string,
): string {
  const found = parameters.flatMap((one) => ('in' in one && one.in === place ? one : []));
  if (found.length === 0) return '';
  const properties: JsonSchema = Object.fromEntries(found.map((one) => [one.name, one.schema]));
  const required = found.filter((one) => one.required === true).map((one) => one.name);
  return `${name}${required.length === 0 ? '?' : ''}: ${writeType({ type: 'object', properties, required })};`;
}
