import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';

/**
 * A component whose script is loaded when it is first shown, so that the first view stays small.
 *
 * @param what is loaded, for people: `the session`
 */
export function onDemand<Props extends object>(
  what: string,
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function OnDemand(props: Props) {
    const state = useSignal<'loading' | 'loaded' | 'failed'>(loaded === null ? 'loading' : 'loaded');
    useEffect(() => {
      if (loaded !== null) return;
      load().then(
        (component) => {
          loaded = component;
          state.value = 'loaded';
        },
        () => {
          state.value = 'failed';
        },
      );
    }, [state]);
    if (state.value === 'failed') return <NotLoaded what={what} />;
    const Loaded = loaded;
    return Loaded === null ? <p class="quiet late">Loading {what}…</p> : <Loaded {...props} />;
  };
}

/** Browsers remember a module that could not be loaded, and a new version has other names: only a reload helps. */
function NotLoaded({ what }: { what: string }) {
  return (
    <p class="problem" role="alert">
      The script that shows {what} could not be loaded: the connection is down, or Signalbox was updated.{' '}
      <button type="button" onClick={() => window.location.reload()}>
        Reload the page
      </button>
    </p>
  );
}
