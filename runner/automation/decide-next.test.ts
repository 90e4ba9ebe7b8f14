import { describe, expect, it } from 'vitest';
import { decideNext, decideReply, type Judged, type Standing } from './decide-next.ts';

const MISSING: Judged = { verdict: 'missing', missing: 'There is no test.' };

function standing(over: Partial<Standing> = {}): Standing {
  return { judged: null, asks: false, iterations: 0, maxIterations: 3, ...over };
}

describe('what follows a turn', () => {
  it('is the end without criteria and without a question', () => {
    expect(decideNext(standing())).toEqual({ type: 'done', notice: null });
  });

  it('is the end when the criteria hold, whatever Claude asks', () => {
    expect(decideNext(standing({ judged: { verdict: 'holds' }, asks: true, iterations: 3 }))).toEqual({
      type: 'done',
      notice: null,
    });
  });

  it('is another turn with what is missing', () => {
    const next = decideNext(standing({ judged: MISSING }));
    expect(next).toMatchObject({ type: 'go_on', by: 'criteria' });
    expect(next.type === 'go_on' && next.text).toContain('There is no test.');
  });

  it('is an answer where Claude asks', () => {
    expect(decideNext(standing({ asks: true }))).toEqual({ type: 'reply' });
    expect(decideNext(standing({ asks: true, judged: MISSING }))).toEqual({ type: 'reply' });
  });

  it('is an end that says what is missing once the task went on often enough', () => {
    expect(decideNext(standing({ judged: MISSING, iterations: 3 }))).toEqual({
      type: 'exhausted',
      missing: 'There is no test.',
    });
  });

  it('is a person where criteria can not be judged, and where Claude asks for ever', () => {
    const unclear: Judged = { verdict: 'unclear', missing: 'Look at the page.' };
    expect(decideNext(standing({ judged: unclear })).type).toBe('ask_person');
    expect(decideNext(standing({ asks: true, iterations: 3 })).type).toBe('ask_person');
  });
});

describe("what follows the responder's answer", () => {
  it('is another turn with the answer, and with what is missing', () => {
    const next = decideReply(MISSING, { decision: 'answer', message: 'Take blue.' }, null);
    expect(next).toMatchObject({ type: 'go_on', by: 'responder' });
    expect(next.type === 'go_on' && next.text).toContain('Take blue.');
    expect(next.type === 'go_on' && next.text).toContain('There is no test.');
  });

  it('is the end when nothing is left to do, but never against the criteria', () => {
    expect(decideReply(null, { decision: 'done' }, null).type).toBe('done');
    expect(decideReply(MISSING, { decision: 'done' }, null)).toMatchObject({ type: 'go_on', by: 'criteria' });
  });

  it('is a person when the responder is unsure', () => {
    expect(decideReply(null, { decision: 'unsure', reason: 'Which customer?' }, null)).toEqual({
      type: 'ask_person',
      text: 'Which customer?',
    });
  });

  it('is a person when the responder can not be asked, but the end where there are no criteria', () => {
    expect(decideReply(MISSING, null, 'overloaded').type).toBe('ask_person');
    expect(decideReply(null, null, 'overloaded')).toMatchObject({
      type: 'done',
      notice: expect.stringContaining('overloaded'),
    });
  });
});
