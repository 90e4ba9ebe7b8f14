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

it("takes an Enterprise Server's own images, and nothing beside them", () => {
  const own = 'https://media.ghe.example.com/user/';
  expect(imageAddress(`${own}1/files/2?token=a`, own)?.href).toBe(`${own}1/files/2?token=a`);
  for (const other of [
    'https://media.ghe.example.com/secrets',
    'https://media.ghe.example.com:444/user/1',
    'https://me@media.ghe.example.com/user/1',
    'http://media.ghe.example.com/user/1',
    'https://media.ghe.example.com/user/../secrets',
  ]) {
    expect(imageAddress(other, own), other).toBeNull();
  }
  expect(mayHoldImages('![x](https://ghe.example.com/user-attachments/assets/1)', own)).toBe(true);
  expect(mayHoldImages('Nothing to see', own)).toBe(false);
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

  it('sends no credential and follows no redirect by itself', async () => {
    const inits: RequestInit[] = [];
    const fetcher: Fetcher = async (_url, init) => {
      inits.push(init);
      return new Response(PNG);
    };
    await fetchImage(new URL(SIGNED), fetcher);
    expect(inits).toEqual([{ redirect: 'manual', signal: expect.any(AbortSignal) }]);
  });

  it('takes nothing that is no image, too large, or not there', async () => {
    expect(await fetchImage(new URL(SIGNED), answering(new Response('<html>')))).toBeNull();
    expect(await fetchImage(new URL(SIGNED), answering(new Response(new Uint8Array(4_000_000))))).toBeNull();
    expect(await fetchImage(new URL(SIGNED), answering(new Response(null, { status: 404 })))).toBeNull();
  });
});
