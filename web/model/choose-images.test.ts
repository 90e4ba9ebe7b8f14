import { expect, it } from 'vitest';
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from '../../protocol/attachments.ts';
import { chooseImages } from './choose-images.ts';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2];
const fileOf = (bytes: number[] | Uint8Array<ArrayBuffer>, name: string, type = '') =>
  new File([new Uint8Array(bytes)], name, { type });

it('tells what an image is by its content, whatever the file says that it is', async () => {
  const { chosen, problem } = await chooseImages([], [fileOf(PNG, 'shot.txt', 'text/plain')]);
  expect(problem).toBeNull();
  expect(chosen.map(({ name, content }) => [name, content.type])).toEqual([['shot.txt', 'image/png']]);
  expect(new Uint8Array((await chosen[0]?.content.arrayBuffer()) ?? [])).toEqual(new Uint8Array(PNG));
});

it('says in words why it takes a file not: no image, too large, one too many', async () => {
  const large = new Uint8Array(MAX_ATTACHMENT_BYTES + 1);
  large.set(PNG);
  const few = await chooseImages(
    [],
    [fileOf([60, 115, 118, 103], 'logo.svg', 'image/png'), fileOf(large, 'big.png')],
  );
  expect(few).toEqual({
    chosen: [],
    problem:
      'logo.svg is no PNG, JPEG, GIF or WebP image. big.png has 3.75 MB; an image may have at most 3.75 MB (3750000 bytes).',
  });
  const many = Array.from({ length: MAX_ATTACHMENTS + 1 }, (_, index) => fileOf(PNG, `${index}.png`));
  const full = await chooseImages([], many);
  expect(full.chosen).toHaveLength(MAX_ATTACHMENTS);
  expect(new Set(full.chosen.map(({ key }) => key)).size).toBe(MAX_ATTACHMENTS);
  expect(full.problem).toBe('8.png is one too many: a message takes 8 images.');
});
