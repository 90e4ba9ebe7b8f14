import type { SessionStatus } from '../../protocol/session.ts';
import type { Observation } from './observation.ts';

/**
 * What a session tells its account's metrics. `number` is the id of the last event that it covers: reports come at
 * least once and in order, so one that is not above the last one taken is a copy. `since` is when the session was made, for one
 * that was deleted may be made anew under its id.
 */
export type MetricsReport = {
  since: number;
  number: number;
  status: SessionStatus;
  observations: readonly Observation[];
};
