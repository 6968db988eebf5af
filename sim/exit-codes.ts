/** Exit codes of `rehearse`. Where k6 has a code for the same thing, it is k6's. */
export const EXIT = {
  /** Everything ran and every budget held. */
  pass: 0,
  /** A bug in Rehearsal. */
  internal: 1,
  /** The command line is wrong. */
  usage: 2,
  /** A budget was missed, or had no data (k6: thresholds failed). */
  budgetMissed: 99,
  /** A scenario or org file is wrong (k6: invalid config). */
  invalidInput: 104,
  /** Ctrl-C or a termination signal (k6: external abort). */
  interrupted: 105,
  /** A port could not be listened on (k6: cannot start its REST API). */
  cannotListen: 106,
  /** Something waits for what can never happen. */
  deadlock: 107,
  /** The store can't be had. */
  store: 110,
  /** The load generator is missing, or did not run. */
  generator: 112,
  /** Nothing listens where a target's webhooks shall go. */
  target: 113,
  /** The out folder or the facts file cannot be written. */
  cannotWrite: 111,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
