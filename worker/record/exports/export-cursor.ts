import { z } from 'zod';
import type { ExportKind } from '../../../protocol/exports.ts';
import { EXPORT_SOURCES, wholeOrder } from './export-sources.ts';
import type { ExportPosition } from './read-export.ts';

const positionSchema = z.array(z.union([z.number(), z.string().max(500)])).max(6);

/** A position as callers pass it back, unread: base64url of JSON. */
export function encodePosition(position: ExportPosition): string {
  const bytes = new TextEncoder().encode(JSON.stringify(position));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** @returns null when the text is no position in an export of this kind */
export function decodePosition(kind: ExportKind, text: string): ExportPosition | null {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const position = positionSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return position.length === wholeOrder(EXPORT_SOURCES[kind]).length ? position : null;
  } catch {
    return null;
  }
}

/** Whether one position comes after another, as the database orders them: ids are ASCII. */
export function isBeyond(position: ExportPosition, end: ExportPosition): boolean {
  const index = position.findIndex((value, at) => value !== end[at]);
  const [ours, theirs] = [position[index], end[index]];
  return ours !== undefined && theirs !== undefined && ours > theirs;
}
