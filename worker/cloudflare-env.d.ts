import type { Env as Bindings } from './env.ts';

/** Gives `import { env, exports } from 'cloudflare:workers'` our bindings and our Worker. */
declare global {
  namespace Cloudflare {
    interface Env extends Bindings {}
    interface GlobalProps {
      mainModule: typeof import('./index.ts');
    }
  }
}
