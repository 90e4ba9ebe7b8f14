import type { z } from 'zod';
import type { ProblemCode } from './problem-catalogue.ts';

/** The chapters of the API's description. */
export const TAGS = [
  'Sessions',
  'Tasks',
  'Messages',
  'Record',
  'Projects',
  'Prompts',
  'Schedules',
  'Runners',
  'People and keys',
  'Share links',
  'Audit',
  'Exports',
  'Usage',
  'Webhooks',
  'Hooks',
  'Configuration',
  'Attention',
  'Service',
  'For runners',
] as const;
export type Tag = (typeof TAGS)[number];

/** One way in which an operation answers. */
export type AnswerDescription = {
  description: string;
  /** Of a JSON answer; left out where there is no body or another type of content. */
  schema?: z.ZodType;
  example?: unknown;
  /** Where it is not `application/json`. */
  contentType?: string;
  /** Other types of content that it may have instead, as the request asks for them. */
  otherContentTypes?: readonly string[];
};

/**
 * What a route takes and gives: the request is parsed by these schemas, and the API's description is made of them, so
 * that the two can't differ.
 */
export type Operation = {
  /** Unique, in camel case, a verb first: the name of the method in a client. */
  id: string;
  tag: Tag;
  /** For people with a browser, and no part of the API's description. */
  isPage?: boolean;
  /** One line without a full stop. */
  summary: string;
  /** What a caller must know beyond the schemas. */
  description?: string;
  /** Of the path's parameters. A value that does not fit is an address that does not exist. */
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  bodyExample?: unknown;
  /** A body that is no JSON document: the handler reads it. */
  rawBody?: { contentType: string; description: string };
  /** Takes an `Idempotency-Key`: the same key answers with the first result. */
  idempotent?: boolean;
  /** Its JSON answer carries an ETag, and is 304 without content to who sends it back as `If-None-Match`. */
  revalidates?: boolean;
  /** By status; the problems are apart. */
  answers: Readonly<Record<number, AnswerDescription>>;
  /** Codes of the problems that are this operation's own; those of every operation (401, 429, …) need no mention. */
  problems?: readonly ProblemCode[];
};
