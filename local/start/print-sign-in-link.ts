import { signInTokenAnswerSchema } from '../../protocol/http.ts';
import type { AdminApi } from '../stack/admin-api.ts';

/**
 * Prints the page's address with a one-time token. The token is in the fragment, which browsers do not send, so
 * that it reaches no log.
 */
export async function printSignInLink(api: AdminApi, path = '/'): Promise<void> {
  const { token, expiresAt } = await api.post('/api/sign-in/tokens', {}, signInTokenAnswerSchema);
  const minutes = Math.round((expiresAt - Date.now()) / 60_000);
  console.log(`\nThe page: ${api.url}${path}#token=${token}\n(signs in once, within ${minutes} minutes)\n`);
}
