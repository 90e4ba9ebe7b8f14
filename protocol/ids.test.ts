import { describe, expect, it } from 'vitest';
import {
  conversationKeySchema,
  githubConversationKey,
  sessionIdOf,
  sessionIdSchema,
  splitTaskId,
  taskIdOf,
  taskIdSchema,
} from './ids.ts';

describe('sessionIdOf', () => {
  it('gives a conversation the same session everywhere and for ever', () => {
    const key = githubConversationKey(7, 12);
    expect(key).toBe('github:7#12');
    expect(sessionIdOf(key)).toBe(sessionIdOf('github:7#12'));
    expect(sessionIdSchema.parse(sessionIdOf(key))).toBe(sessionIdOf(key));
    // RFC 9562, 4.2: the version is the first digit of the third group.
    expect(sessionIdOf(key)[14]).toBe('5');
    expect(sessionIdOf(githubConversationKey(7, 13))).not.toBe(sessionIdOf(key));
    expect(sessionIdOf(githubConversationKey(71, 2))).not.toBe(sessionIdOf(key));
  });

  it('takes the id out of an API key', () => {
    const id = '3f0b5a52-6f0a-4c0e-9d53-0b8f7a3b1c7e';
    expect(conversationKeySchema.parse(`api:${id}`)).toBe(`api:${id}`);
    expect(sessionIdOf(`api:${id}`)).toBe(id);
  });
});

describe('a task id', () => {
  it('names its session and its number', () => {
    const sessionId = '3f0b5a52-6f0a-4c0e-9d53-0b8f7a3b1c7e';
    const taskId = taskIdOf(sessionId, 12);
    expect(taskIdSchema.parse(taskId)).toBe(taskId);
    expect(splitTaskId(taskId)).toEqual({ sessionId, taskNumber: 12 });
  });

  it.each(['', '.1', 'x', '3f0b5a52-6f0a-4c0e-9d53-0b8f7a3b1c7e.x'])('%j is none', (text) => {
    expect(taskIdSchema.safeParse(text).success).toBe(false);
    expect(() => splitTaskId(text)).toThrow(RangeError);
  });
});
