/** The admin key whose hash `vitest.config.ts` binds. For tests only. */
export const TEST_ADMIN_KEY = 'sba_test-only-admin-key-0123456789abcdefghijkl';
