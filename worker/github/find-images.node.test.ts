import { describe, expect, it } from 'vitest';
import { type Fetcher, fetchImage } from './fetch-image.ts';
import { findImages, imageAddress, mayHoldImages } from './find-images.ts';

const SIGNED = 'https://private-user-images.githubusercontent.com/1/2-3.png?jwt=a.b.c';
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

describe('imageAddress', () => {
  it.each([
    'http://private-user-images.githubusercontent.com/1.png',
    'https://private-user-images.githubusercontent.com.evil.test/1.png',
    'https://user-images.githubusercontent.com:8443/1.png',
    'https://me@user-images.githubusercontent.com/1.png',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/1.png',
    'https://raw.githubusercontent.com/a/b/main/c.png',
    'file:///etc/passwd',
    'nonsense',
  ])('takes nothing from %s', (address) => {
    expect(imageAddress(address)).toBeNull();
  });
});

describe('findImages', () => {
  it('finds the signed addresses of uploaded images in rendered text, each once', () => {
    const html = `<a href="x"><img width="5" src="${SIGNED}&amp;x=1"></a><img src="https://evil.test/1.png"><img src="${SIGNED}">`;
    expect(findImages(html).map(({ href }) => href)).toEqual([SIGNED]);
    expect(mayHoldImages('![x](https://github.com/user-attachments/assets/1)')).toBe(true);
    expect(mayHoldImages('![x](https://evil.test/user-attachments/assets/1)')).toBe(false);
  });
});

describe('fetchImage', () => {
  const answering =
    (...answers: Response[]): Fetcher =>
    async () =>
      answers.shift() ?? new Response(null, { status: 500 });
  const moved = (location: string) => new Response(null, { status: 302, headers: { location } });

  it('follows a redirect to another of the hosts only', async () => {
    expect(await fetchImage(new URL(SIGNED), answering(moved(SIGNED), new Response(PNG)))).toEqual(PNG);
    const elsewhere = answering(moved('http://169.254.169.254/'), new Response(PNG));
    expect(await fetchImage(new URL(SIGNED), elsewhere)).toBeNull();
  });

  it('takes nothing that is no image, too large, or not there', async () => {
    expect(await fetchImage(new URL(SIGNED), answering(new Response('<html>')))).toBeNull();
    expect(await fetchImage(new URL(SIGNED), answering(new Response(new Uint8Array(4_000_000))))).toBeNull();
    expect(await fetchImage(new URL(SIGNED), answering(new Response(null, { status: 404 })))).toBeNull();
  });
});
