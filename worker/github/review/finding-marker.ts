import { HIDDEN_MARKER } from '../reply-marker.ts';

/** Hidden in each comment of a review: which finding it is, to know it again. */
export function findingMarker({ path, id }: { path: string; id: string }): string {
  return `${HIDDEN_MARKER}finding ${encodeURIComponent(path).replaceAll('-', '%2D')} ${id} -->`;
}

/** At the end: what comes before may quote one. */
const MARKER = /<!-- signalbox:finding (\S{1,2000}) ([a-z0-9][a-z0-9-]{0,59}) -->\s*$/;

/** @returns null for a text that is no finding of ours */
export function readFindingMarker(body: string): { path: string; id: string } | null {
  const [, path, id] = MARKER.exec(body) ?? [];
  if (path === undefined || id === undefined) return null;
  try {
    return { path: decodeURIComponent(path), id };
  } catch {
    return null;
  }
}
