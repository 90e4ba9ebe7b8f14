import { html, raw } from 'hono/html';
import type { ApiDescription } from './describe-api.ts';
import { describeOperations, type ShownOperation } from './shown-operations.ts';

/** Markup that is escaped already. */
type Markup = ReturnType<typeof html>;

/** The description as a page for people. It runs no script: details open by themselves, and a browser's search finds. */
export function referencePage(description: ApiDescription): Markup {
  const operations = describeOperations(description);
  const tags = description.tags ?? [];
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Signalbox API</title>
    <link rel="stylesheet" href="/api/docs/style.css" />
  </head>
  <body>
    <header>
      <h1>Signalbox API</h1>
      ${paragraphs(description.info.description ?? '')}
      <p><a href="/api/openapi.json">The description for programs (OpenAPI ${description.openapi})</a></p>
      <nav aria-label="Chapters">${tags.map(({ name }) => html`<a href="#${slug(name)}">${name}</a> `)}</nav>
    </header>
    <main>${tags.map(
      ({ name, description: about }) => html`<section id="${slug(name)}">
        <h2>${name}</h2>
        ${paragraphs(about ?? '')}
        ${operations.filter(({ tag }) => tag === name).map(operationPart)}
      </section>`,
    )}</main>
  </body>
</html>`;
}

function operationPart(operation: ShownOperation): Markup {
  const { id, method, path, summary, description, who, parameters, body, answers } = operation;
  return html`<details id="${id}">
    <summary><code class="${method.toLowerCase()}">${method}</code> <code>${path}</code> <span>${summary}</span></summary>
    ${paragraphs(description)}
    <p>For: ${who}.</p>
    ${parameters.length === 0 ? '' : parameterTable(parameters)}
    ${body === null ? '' : html`<h3>Body</h3>${contentPart(body)}`}
    <h3>Answers</h3>
    ${answers.map(
      ({ status, description: about, content }) =>
        html`<h4>${status} <span>${about}</span></h4>${content === null ? '' : contentPart(content)}`,
    )}
  </details>`;
}

function parameterTable(parameters: ShownOperation['parameters']): Markup {
  return html`<table>
    <thead><tr><th>parameter</th><th>in</th><th>form</th></tr></thead>
    <tbody>${parameters.map(
      ({ name, place, required, form }) =>
        html`<tr><td><code>${name}</code>${required ? '' : ' (optional)'}</td><td>${place}</td><td><code>${form}</code></td></tr>`,
    )}</tbody>
  </table>`;
}

function contentPart({
  type,
  schema,
  example,
}: {
  type: string;
  schema: string;
  example: string | null;
}): Markup {
  return html`<p><code>${type}</code></p>
    ${example === null ? '' : html`<pre tabindex="0" aria-label="Example">${example}</pre>`}
    ${schema === '' ? '' : html`<details><summary>Schema</summary><pre tabindex="0">${schema}</pre></details>`}`;
}

/** Texts have paragraphs and \`code\`; nothing else of Markdown. */
function paragraphs(text: string): Markup {
  const parts = text.split('\n\n').filter((part) => part !== '');
  return html`${parts.map((part) => html`<p>${codeSpans(part)}</p>`)}`;
}

function codeSpans(text: string): Markup[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

const slug = (name: string) => name.toLowerCase().replaceAll(' ', '-');

export const REFERENCE_STYLE = raw(`
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav a { display: inline-block; padding: .25rem .5rem .25rem 0; }
code, pre { font-family: ui-monospace, monospace; font-size: .875rem; }
pre { overflow: auto; max-height: 30rem; padding: .75rem; border: 1px solid GrayText; border-radius: .25rem; }
details { border-top: 1px solid GrayText; padding: .5rem 0; }
summary { cursor: pointer; }
summary span, h4 span { font-weight: normal; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .5rem .25rem 0; vertical-align: top; overflow-wrap: anywhere; }
:target { outline: 2px solid Highlight; }
`).toString();
