import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { GitHubAppSettings } from '../stack/parts.ts';

const environmentSchema = z.object({
  GITHUB_APP_ID: z.string().regex(/^\d+$/, "must be the App's numeric id"),
  GITHUB_PRIVATE_KEY_FILE: z.string().min(1, "must name the App's private key file (.pem)"),
  GITHUB_WEBHOOK_SECRET: z.string().min(16, 'must be at least 16 characters long'),
  GITHUB_API_URL: z.url().optional(),
  GITHUB_IMAGE_URL: z.url().optional(),
  GITHUB_CLIENT_ID: z.string().min(1).optional(),
  GITHUB_CLIENT_SECRET: z.string().min(1).optional(),
  GITHUB_WEB_URL: z.url().optional(),
});

export type GitHubAppReading =
  | { status: 'set'; settings: GitHubAppSettings }
  | { status: 'unset' }
  | { status: 'invalid'; message: string };

/** Reads the App's settings from the environment: all of them or none, every mistake named at once. */
export async function readGitHubApp(env: NodeJS.ProcessEnv): Promise<GitHubAppReading> {
  const names = ['GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY_FILE', 'GITHUB_WEBHOOK_SECRET'];
  if (names.every((name) => env[name] === undefined)) return { status: 'unset' };
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    return { status: 'invalid', message: `The GitHub App is not set up completely:\n${mistakes.join('\n')}` };
  }
  const { GITHUB_PRIVATE_KEY_FILE: file } = parsed.data;
  try {
    const privateKey = await readFile(file, 'utf8');
    const {
      GITHUB_APP_ID: appId,
      GITHUB_WEBHOOK_SECRET: webhookSecret,
      GITHUB_API_URL: apiUrl,
      GITHUB_IMAGE_URL: imageUrl,
    } = parsed.data;
    const own = imageUrl === undefined ? {} : { imageUrl };
    const app = { appId, privateKey, webhookSecret, apiUrl: apiUrl ?? null, ...own };
    const settings = { ...app, ...signInOf(parsed.data) };
    return { status: 'set', settings };
  } catch (cause) {
    return { status: 'invalid', message: `The private key ${file} can't be read: ${String(cause)}` };
  }
}

/** Sign-in with GitHub, where both halves of the OAuth client are there. */
function signInOf(env: z.output<typeof environmentSchema>): Pick<GitHubAppSettings, 'signIn'> {
  const { GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret, GITHUB_WEB_URL: webUrl } = env;
  if (clientId === undefined || clientSecret === undefined) return {};
  return { signIn: { clientId, clientSecret, webUrl: webUrl ?? null } };
}
