import type { Person } from '../../protocol/task.ts';

export type Identity = { name: string; email: string };

/** Name and e-mail of an identity can't hold what git's format is made of: line ends, `<`, `>`, NUL. */
function clean(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** An identity that git takes, whatever was given. */
export function safeIdentity(identity: Identity): Identity {
  const email = clean(identity.email).replaceAll(' ', '');
  return { name: clean(identity.name) || 'Signalbox', email: email || 'signalbox@localhost' };
}

/** The address under which GitHub credits somebody who keeps the real one private. */
function creditEmail(person: Person): string {
  const own = clean(person.email ?? '').replaceAll(' ', '');
  if (own !== '') return own;
  const login = clean(person.login).replaceAll(' ', '');
  return person.id === null
    ? `${login}@users.noreply.github.com`
    : `${person.id}+${login}@users.noreply.github.com`;
}

/** The message of a commit: subject, body, and who asked for it as co-author (git-interpret-trailers). */
export function commitMessage(message: { subject: string; body: string }, coAuthor: Person | null): string {
  const subject = message.subject.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim() || 'Changes by Signalbox';
  const parts = [subject];
  const body = message.body.replaceAll('\0', '').replaceAll('\r\n', '\n').trim();
  if (body !== '') parts.push(body);
  if (coAuthor !== null) {
    const name = clean(coAuthor.name ?? '') || clean(coAuthor.login);
    parts.push(`Co-authored-by: ${name} <${creditEmail(coAuthor)}>`);
  }
  return `${parts.join('\n\n')}\n`;
}
