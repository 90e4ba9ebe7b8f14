import { expect, it } from 'vitest';
import { readSignInFailure } from './sign-in.ts';

it('says in words why GitHub sent somebody back without a sign-in', () => {
  expect(readSignInFailure('#sign-in-failed=no_access')).toContain('no repository');
  expect(readSignInFailure('#sign-in-failed=<script>')).toContain('Try again');
  expect(readSignInFailure('#token=abc')).toBeNull();
});
