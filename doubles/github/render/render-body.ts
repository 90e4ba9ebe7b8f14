import type { Json } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { escapeHtml } from '../serve-page.ts';
import { addressOfImage } from '../user-images.ts';
import type { World } from '../world.ts';

/** GitHub's media types that ask for a text as it is shown. */
const RENDERED = /application\/vnd\.github(?:\.v3)?\.(?:full|html)(?:\+json)?(?:,|;|$)/;

const IMAGE = /!\[([^\]\n]*)\]\(https:\/\/github\.com\/user-attachments\/assets\/([0-9a-f-]{36})\)/g;

/** An answer with `body_html` beside `body`, where it was asked for: images with addresses signed for a few minutes. */
export function withRenderedBody(world: World, accept: string, body: Json): Json {
  if (!RENDERED.test(accept) || !isJsonObject(body) || typeof body.body !== 'string') return body;
  return { ...body, body_html: renderBody(world, body.body) };
}

function renderBody(world: World, text: string): string {
  let html = '';
  let done = 0;
  for (const match of text.matchAll(IMAGE)) {
    const [whole, alt = '', id = ''] = match;
    const address = addressOfImage(world, id);
    html += escapeHtml(text.slice(done, match.index));
    html +=
      address === null
        ? escapeHtml(whole)
        : `<a href="${escapeHtml(address)}"><img src="${escapeHtml(address)}" alt="${escapeHtml(alt)}"></a>`;
    done = match.index + whole.length;
  }
  return `<p dir="auto">${html}${escapeHtml(text.slice(done))}</p>`;
}
