import { expect, it } from 'vitest';
import { mergeGitFolders } from './merge-git-folders.ts';

const folders = (name: string) => ({
  read: [`${name}/HEAD`],
  write: [`${name}/objects`],
  deny: [`${name}/info`],
});

it('lets git write to the repositories that are written to, and read the others', () => {
  const sides = [
    { folders: folders('web'), writable: true },
    { folders: folders('design'), writable: false },
    { folders: null, writable: true },
  ];
  expect(mergeGitFolders(folders('shop'), sides)).toEqual({
    read: ['shop/HEAD', 'web/HEAD', 'design/HEAD', 'design/objects'],
    write: ['shop/objects', 'web/objects'],
    deny: ['shop/info', 'web/info'],
  });
  expect(mergeGitFolders(null, [])).toBeNull();
});
