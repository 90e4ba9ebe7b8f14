import { type Description, operationsOf } from './load-description.ts';

/** The documentation's table of calls, a chapter each; what runners call has its own place in the description. */
export function writeTable(description: Description): string {
  const operations = operationsOf(description);
  return description.tags
    .map(({ name, description: about }) => {
      const rows = operations
        .filter(({ operation }) => operation.tags[0] === name)
        .map(({ method, path, operation }) => {
          return `| \`${method} ${path.replace(/\{(\w+)\}/g, ':$1')}\` | ${cell(operation.summary)} | ${whoOf(operation)} |`;
        });
      return `### ${name}\n\n${about}\n\n| call | what it does | who |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
    })
    .join('\n');
}

/** The problems' part of the documentation. */
export function writeProblems({ components }: Description): string {
  const rows = Object.values(components.examples)
    .map(({ value }) => value)
    .sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1))
    .map(
      ({ status, code, title, remedy }) =>
        `| ${status} | \`${code}\` | ${cell(`${title}`)} | ${cell(`${remedy}`)} |`,
    );
  return `| status | code | what | what to do |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

/** Puts a text between its markers. @throws Error when a document has none */
export function replaceBetween(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: made by npm run describe -->`, `<!-- end of ${name} -->`];
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`The document has no markers of "${name}".`);
  return `${before}${begin}\n\n${text}\n${end}${after}`;
}

function whoOf({
  security,
  description = '',
}: {
  security: Record<string, unknown>[];
  description?: string | undefined;
}): string {
  const [, role] = /Needs the role `(\w+)`/.exec(description) ?? [];
  if (role !== undefined) return role;
  const [first] = security.flatMap((scheme) => Object.keys(scheme));
  return first === undefined ? 'everybody' : (WHO[first] ?? first);
}

const WHO: Record<string, string> = {
  runner: 'a runner',
  registrationToken: 'a registration token',
  ticket: "a job's ticket",
  signature: 'GitHub',
};

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
