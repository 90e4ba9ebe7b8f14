/**
 * Loaded into a runner before anything else (`NODE_OPTIONS=--import`). On SIGUSR2 it reads from CHAOS_CLOCK_FILE how
 * many ms this machine's clock is wrong. Covers `Date` in the runner's process; timers and `performance.now()` go on as
 * they do when a real clock is set, and git and Claude keep the right time.
 */
import { readFileSync } from 'node:fs';

const file = process.env.CHAOS_CLOCK_FILE;
const RealDate = Date;
let offsetMs = 0;

function readOffset() {
  try {
    offsetMs = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    offsetMs = 0;
  }
}

class ShiftedDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + offsetMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
}

if (file !== undefined) {
  readOffset();
  process.on('SIGUSR2', readOffset);
  globalThis.Date = ShiftedDate;
}
