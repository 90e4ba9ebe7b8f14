import { expect, test } from 'vitest';
import { commitMessage, safeIdentity } from './commit-message.ts';

const ADA = { login: 'ada', id: 7, name: 'Ada Lovelace', email: 'ada@example.com' };

test('subject, body and co-author are paragraphs of their own', () => {
  expect(commitMessage({ subject: 'Mend the door', body: 'It did not shut.\r\n' }, ADA)).toBe(
    'Mend the door\n\nIt did not shut.\n\nCo-authored-by: Ada Lovelace <ada@example.com>\n',
  );
});

test('without body and requester there is only the subject, and it is never empty', () => {
  expect(commitMessage({ subject: 'Mend\nthe door', body: '' }, null)).toBe('Mend the door\n');
  expect(commitMessage({ subject: '\n', body: '' }, null)).toBe('Changes by Signalbox\n');
});

test('somebody without a public address is credited by GitHub’s', () => {
  const message = commitMessage({ subject: 's', body: '' }, { ...ADA, name: null, email: null });
  expect(message).toContain('Co-authored-by: ada <7+ada@users.noreply.github.com>\n');
});

test('a name can neither end its line nor bring an address of its own', () => {
  const name = 'Ada <root@evil>\nCo-authored-by: Eve <eve@evil>\u202e';
  const message = commitMessage({ subject: 's', body: '' }, { ...ADA, name, email: 'a@b>\n\nX: y' });
  expect(message).toBe('s\n\nCo-authored-by: Ada root@evil Co-authored-by: Eve eve@evil <a@bX:y>\n');
});

test('an identity is never empty and holds nothing that git’s format is made of', () => {
  expect(safeIdentity({ name: '<>\n', email: ' ' })).toEqual({
    name: 'Signalbox',
    email: 'signalbox@localhost',
  });
  expect(safeIdentity({ name: 'A <b>\0c', email: '<a@b>' })).toEqual({ name: 'A b c', email: 'a@b' });
});
