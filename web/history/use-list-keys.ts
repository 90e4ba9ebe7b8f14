import { useEffect } from 'preact/hooks';

/** `j` and `k` walk along the rows of a page, `/` goes to its search; what is typed into a field stays there. */
export function useListKeys(page: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      // The page around it has the same keys; one of both follows them.
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      if (event.key === '/') focus(event, page.current?.querySelector('input[type="search"]'));
      if (event.key === 'j') focus(event, rowBeside(page.current, 1));
      if (event.key === 'k') focus(event, rowBeside(page.current, -1));
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [page]);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, select, textarea, dialog') !== null;

function focus(event: KeyboardEvent, element: Element | null | undefined): void {
  if (!(element instanceof HTMLElement)) return;
  event.preventDefault();
  element.focus();
}

function rowBeside(page: HTMLElement | null, step: 1 | -1): Element | undefined {
  const rows = [...(page?.querySelectorAll('a.row') ?? [])];
  const at = rows.indexOf(document.activeElement ?? document.body);
  return at === -1 ? rows[step === 1 ? 0 : rows.length - 1] : (rows[at + step] ?? rows[at]);
}
