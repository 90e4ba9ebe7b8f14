import { render } from 'preact';
import { act } from 'preact/test-utils';
import { createApp } from '../../model/app.ts';
import { App } from '../app.tsx';
import type { ApiDouble } from './api-double.ts';

/** The whole page at an address, on an API double. Ends what it began with `close`. */
export async function showApp(api: ApiDouble, address: string) {
  window.history.replaceState(null, '', address);
  const host = document.body.appendChild(document.createElement('div'));
  const app = createApp({ fetch: api.fetch, window });
  await act(async () => {
    render(<App app={app} />, host);
    await app.start();
  });
  return {
    app,
    host,
    close() {
      app.close();
      render(null, host);
      host.remove();
    },
  };
}
