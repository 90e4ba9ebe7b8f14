import path from 'node:path';

/** Where `buildWorker` puts the Worker, and `serveWorker` looks for it, unless told otherwise. */
export const DEFAULT_BUNDLE_DIR = path.join(import.meta.dirname, '..', '..', 'dist', 'worker');
