import type { ApiDescription } from './describe-api.ts';

type Content = { type: string; schema: string; example: string | null };

/** An operation as the reference page shows it. */
export type ShownOperation = {
  id: string;
  tag: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  who: string;
  parameters: { name: string; place: string; required: boolean; form: string }[];
  body: Content | null;
  answers: { status: string; description: string; content: Content | null }[];
};

type Paths = NonNullable<ApiDescription['paths']>;
type Operation = NonNullable<Paths[string]['get']>;
type Media = { $ref?: string; schema?: unknown; example?: unknown; examples?: unknown };

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The operations in the order of the description. */
export function describeOperations({ paths = {}, components = {} }: ApiDescription): ShownOperation[] {
  const responses = components.responses ?? {};
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : shown(method.toUpperCase(), path, operation, responses);
    }),
  );
}

type Responses = NonNullable<NonNullable<ApiDescription['components']>['responses']>;

function shown(method: string, path: string, operation: Operation, responses: Responses): ShownOperation {
  const {
    operationId: id = '',
    tags = [],
    summary = '',
    description = '',
    requestBody,
    parameters = [],
  } = operation;
  return {
    id,
    tag: tags[0] ?? '',
    method,
    path,
    summary,
    description,
    who: whoOf(operation),
    parameters: parameters.flatMap((one) => {
      if ('$ref' in one) return [];
      const { name, in: place, required = false, schema = {} } = one;
      return { name, place, required, form: JSON.stringify(schema) };
    }),
    body: requestBody === undefined || '$ref' in requestBody ? null : contentOf(requestBody.content),
    answers: Object.entries(operation.responses ?? {}).map(([status, given]) => {
      const response = '$ref' in given ? responses[String(given.$ref).split('/').at(-1) ?? ''] : given;
      if (response === undefined || '$ref' in response) return { status, description: '', content: null };
      // Problems are all of one form; what is said of them is in the description.
      const content = Number(status) >= 400 ? null : contentOf(response.content);
      return { status, description: response.description.replaceAll('`', ''), content };
    }),
  };
}

function contentOf(content: Readonly<{ [type: string]: Media }> = {}): Content | null {
  const [first] = Object.entries(content);
  if (first === undefined) return null;
  const [type, { schema, example }] = first;
  const shownExample = typeof example === 'string' ? example : JSON.stringify(example, null, 2);
  return { type, schema: JSON.stringify(schema, null, 2) ?? '', example: shownExample ?? null };
}

function whoOf({ security = [] }: Operation): string {
  const ways = security.flatMap((way) => Object.keys(way)).map((way) => WAYS[way] ?? way);
  return ways.length === 0 ? 'everybody' : ways.join(' or ');
}

const WAYS: Record<string, string> = {
  key: 'whoever has a key',
  browser: 'a signed-in browser',
  runner: 'a runner',
  registrationToken: 'a machine with a registration token',
  ticket: 'a runner with the ticket of a job',
  signature: 'GitHub',
  shareLink: 'whoever has a share link',
  shareCookie: 'a browser that has opened a share link',
};
