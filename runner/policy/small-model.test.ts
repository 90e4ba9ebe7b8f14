import { expect, it } from 'vitest';
import { policySchema } from './policy.ts';
import { smallModel } from './small-model.ts';

it('takes a small model unless the policy of the machine forbids it', () => {
  expect(smallModel(policySchema.parse({}), 'opus')).toBe('haiku');
  expect(smallModel(policySchema.parse({ models: { deny: ['haiku*'] } }), 'opus')).toBe('opus');
  expect(smallModel(policySchema.parse({ models: { allow: ['sonnet', 'opus'] } }), null)).toBe('sonnet');
});
