import { expect, it } from 'vitest';
import { sayAddition } from './say-addition.ts';

it('says what is added, and from which length of a task on that is within the goal', () => {
  const said = sayAddition([
    { until: 'the work is captured', byHandMs: 1_400, oursMs: 1_550, goal: 1.05 },
    { until: 'it is pushed', byHandMs: 1_500, oursMs: 1_450, goal: 1.05 },
  ]);
  expect(said).toBe(
    'Until the work is captured, Signalbox adds 150 ms; a task that takes 3.0 s by hand is within 1.05 ×. ' +
      'Until it is pushed, Signalbox adds nothing.',
  );
});
