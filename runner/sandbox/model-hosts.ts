/** Where Claude Code asks its model, and renews its login. */
const ANTHROPIC_HOSTS = ['api.anthropic.com', 'platform.claude.com', 'console.anthropic.com'];

type Env = Readonly<Record<string, string | undefined>>;

/** A host with its port, as the sandbox's list takes it. */
function endpointOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'http:' ? 80 : 443) : port}`;
}

const BASE_URLS = ['ANTHROPIC_BASE_URL', 'ANTHROPIC_BEDROCK_BASE_URL', 'ANTHROPIC_VERTEX_BASE_URL'] as const;

/** The hosts without which Claude can't work at all, from the environment that it gets. */
export function modelHosts(env: Env): string[] {
  const own = BASE_URLS.flatMap((name) => endpointOf(env[name] ?? '') ?? []);
  const bedrock =
    env.CLAUDE_CODE_USE_BEDROCK === undefined
      ? []
      : [`bedrock-runtime.${env.AWS_REGION ?? 'us-east-1'}.amazonaws.com`];
  const vertex =
    env.CLAUDE_CODE_USE_VERTEX === undefined
      ? []
      : ['aiplatform.googleapis.com', '*.aiplatform.googleapis.com', 'oauth2.googleapis.com'];
  const others = [...bedrock, ...vertex];
  if (env.ANTHROPIC_BASE_URL !== undefined) return [...own, ...others];
  return [...own, ...others, ...(others.length > 0 ? [] : ANTHROPIC_HOSTS)];
}

/** Names of this machine, which a program in the sandbox reaches without the proxy: its own loopback. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/** Hosts that are not asked for through the proxy. A model on this machine lies outside the sandbox's loopback. */
export function unproxiedHosts(env: Env): string {
  const outside = new Set(
    BASE_URLS.map((name) => env[name] ?? '').flatMap((url) =>
      URL.canParse(url) ? [new URL(url).hostname] : [],
    ),
  );
  return LOOPBACK.filter((host) => !outside.has(host)).join(',');
}
