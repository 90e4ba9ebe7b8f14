import type { Tag } from '../http/operation.ts';

/** What each chapter of the API is about. */
export const TAG_DESCRIPTIONS: Record<Tag, string> = {
  Sessions: 'Conversations, each about one workspace.',
  Tasks: 'Requests in a session, from being queued to their end.',
  Messages: 'What was said in a session.',
  Record: 'What was done: tool calls, events, stored work.',
  Projects: 'Repositories that belong together, with their defaults.',
  Prompts: 'Templates of prompts with variables.',
  Schedules: 'Tasks that start at set times.',
  Runners: 'The machines that do the work.',
  'People and keys': 'Who may do what, and what proves who calls.',
  'Share links': 'Read-only links for those without an account.',
  Audit: 'Who did what to what, from where.',
  Exports: 'Everything, to take along.',
  Usage: 'What the work used and cost.',
  Webhooks: 'Events that are sent out, and the deliveries that come from GitHub.',
  Hooks: 'Reports of a Claude Code that Signalbox did not start.',
  Configuration: 'Settings of an account.',
  Attention: 'What is stuck and waits for a person.',
  Service: 'The deployment itself, and this description.',
  'For runners': 'What runners call. Nothing here is meant for people.',
};
