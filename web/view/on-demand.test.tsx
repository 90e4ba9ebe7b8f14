import { render } from 'preact';
import { afterEach, expect, test, vi } from 'vitest';
import { onDemand } from './on-demand.tsx';

let root: HTMLElement | null = null;

afterEach(() => {
  if (root !== null) render(null, root);
  root?.remove();
});

function show(node: preact.ComponentChild): HTMLElement {
  root = document.body.appendChild(document.createElement('div'));
  render(node, root);
  return root;
}

test('a component says that it is loading and is then shown with its properties', async () => {
  const Greeting = onDemand<{ name: string }>('a greeting', async () => ({ name }) => <p>Hello {name}</p>);
  const page = show(<Greeting name="Mona" />);
  expect(page.textContent).toBe('Loading a greeting…');
  await vi.waitFor(() => expect(page.textContent).toBe('Hello Mona'));
});

test('a script that can not be loaded is told with a way to go on', async () => {
  const Lost = onDemand('the session', () => Promise.reject(new TypeError('Failed to fetch')));
  const page = show(<Lost />);
  await vi.waitFor(() =>
    expect(page.querySelector('[role=alert]')?.textContent).toContain('Reload the page'),
  );
});

test('what is loaded once is shown at once', async () => {
  let loads = 0;
  const Counted = onDemand('it', async () => {
    loads += 1;
    return () => <p>here</p>;
  });
  const first = show(<Counted />);
  await vi.waitFor(() => expect(first.textContent).toBe('here'));
  render(null, first);
  expect(show(<Counted />).textContent).toBe('here');
  expect(loads).toBe(1);
});
