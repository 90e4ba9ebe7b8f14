import http from 'node:http';

const NAMES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** What runs beside the step is never asked for through a proxy, as in GitHub's own tools. */
const OWN_MACHINE = 'localhost,127.0.0.1,[::1]';

export type Proxies = {
  /** By the names of their variables. */
  addresses: Record<string, string>;
  /** Names of variables that hold no address. */
  wrong: string[];
};

/** The proxies that an environment names. Node ends at an address without a scheme, which curl and git take. */
export function proxiesOf(env: NodeJS.ProcessEnv): Proxies {
  const named = NAMES.flatMap((name) => {
    const given = env[name] ?? '';
    return given === '' ? [] : [{ name, address: /^https?:\/\//i.test(given) ? given : `http://${given}` }];
  });
  const right = named.filter(({ address }) => URL.canParse(address));
  return {
    addresses: Object.fromEntries(right.map(({ name, address }) => [name, address])),
    wrong: named.filter(({ address }) => !URL.canParse(address)).map(({ name }) => name),
  };
}

/**
 * Has every request of this process go through the proxies that the job's environment names.
 *
 * @returns what the log says where that can't be; null otherwise
 */
export function heedProxies(env: NodeJS.ProcessEnv): string | null {
  const { addresses, wrong } = proxiesOf(env);
  const given = env.no_proxy || env.NO_PROXY || '';
  const direct = given === '' ? OWN_MACHINE : `${given},${OWN_MACHINE}`;
  const isKnown = env.NODE_USE_ENV_PROXY === '1';
  // Node has it from 24.14 on. A name that is missing would keep a module from loading: hence the default import.
  const setProxies: typeof http.setGlobalProxyFromEnv | undefined = http.setGlobalProxyFromEnv;
  const [first] = Object.keys(addresses);
  if (first !== undefined && setProxies === undefined && !isKnown) {
    return `Warning: Node ${process.versions.node} heeds ${first} only with NODE_USE_ENV_PROXY: '1' in the step's "env".`;
  }
  if (first !== undefined) setProxies?.({ ...addresses, no_proxy: direct, NO_PROXY: direct });
  // The address is not repeated: it may hold a password.
  return wrong.length === 0
    ? null
    : `Warning: ${wrong.join(' and ')} can't be used: give an address such as http://proxy.example:3128.`;
}
