import { describe, expect, it } from 'vitest';
import { messageUuid, SayBox } from './say-box.ts';

describe('SayBox', () => {
  it('gives a message to the process once, however often it is said', async () => {
    const box = new SayBox();
    const sent: string[] = [];
    box.onAdd = (said) => sent.push(said.text);
    const results = [box.add('a', 'hello'), box.add('a', 'hello')];
    box.follow(messageUuid('a'), 'queued');
    box.follow(messageUuid('a'), 'started');
    results.push(box.add('a', 'hello'));
    expect([sent, await Promise.all(results)]).toEqual([['hello'], ['delivered', 'delivered', 'delivered']]);
  });

  it('keeps what no process took for the next one', () => {
    const box = new SayBox();
    void box.add('a', 'one');
    void box.add('b', 'two');
    box.follow(messageUuid('a'), 'started');
    expect(box.waiting().map((said) => said.text)).toEqual(['two']);
  });

  it('hands back what the CLI dropped and what was left at the end of the turn', async () => {
    const box = new SayBox();
    const results = [box.add('a', 'one'), box.add('b', 'two')];
    box.follow(messageUuid('a'), 'cancelled');
    box.close();
    expect(await Promise.all(results)).toEqual(['not_running', 'not_running']);
    expect(box.waiting()).toEqual([]);
  });

  it('does not mind what it never said', () => {
    expect(() => new SayBox().follow('11111111-1111-4111-8111-111111111111', 'started')).not.toThrow();
  });
});
