import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { App } from '../model/app.ts';
import { createSessionModel, type SessionModel } from '../model/session-model.ts';
import { SessionPage } from './session-page.tsx';

/** A session by its id, live for as long as it is shown. Loaded with all that it needs: other pages do without. */
export function SessionSlot({ app, id }: { app: App; id: string }) {
  const model = useSignal<SessionModel | null>(null);
  const { api, onSignedOut } = app;
  useEffect(() => {
    const { location, document } = window;
    const made = createSessionModel(id, { api, location, document, onSignedOut });
    model.value = made;
    app.session.value = made;
    return () => {
      made.close();
      model.value = null;
      app.session.value = null;
    };
  }, [app, api, id, model, onSignedOut]);
  return model.value === null ? null : <SessionPage key={id} model={model.value} />;
}
