import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attentionIdOf, type Place, placeOf } from './attention-id.ts';

it('finds the place again', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 80 }), fc.string({ minLength: 1 }), (lane, key) => {
      const place: Place = { at: 'installation', account: 'github:1', lane, key };
      const id = attentionIdOf(place);
      expect(id).toMatch(/^[\w-]+$/);
      expect(placeOf(id)).toEqual(place);
    }),
  );
});

it('knows what is no id of ours', () => {
  fc.assert(fc.property(fc.string(), (text) => placeOf(text) === null));
  expect(placeOf(btoa('{"at":"session","account":"local","sessionId":"../x"}'))).toBeNull();
});
