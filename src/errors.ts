/**
 * The stack's closed error table. `definite` says that the thing surely did not happen.
 */

export const ERRORS = {
  connectionRefused: { definite: true, meaning: 'nothing listens at that address' },
  timedOut: { definite: false, meaning: 'no answer came in time' },
  connectionLost: { definite: false, meaning: 'the connection broke before the answer' },
  noRoute: { definite: true, meaning: 'no handler owns that URL (virtual time)' },
  unknownWork: { definite: true, meaning: 'no such work item, or it is not the rep’s' },
  unknownStatus: { definite: true, meaning: 'no such presence status' },
  statusNotGranted: { definite: true, meaning: 'no profile or permission set grants that status' },
  notAllowed: { definite: true, meaning: 'the presence configuration does not allow that' },
  unknownChannel: { definite: true, meaning: 'no such channel' },
  unknownRep: { definite: true, meaning: 'no such rep' },
  badRequest: { definite: true, meaning: 'the request is not understood' },
  unavailable: { definite: true, meaning: 'it can not be done just now' },
  addressInUse: { definite: true, meaning: 'the port is taken by another process' },
  addressDenied: { definite: true, meaning: 'the address or port may not be used' },
  unknownStore: { definite: true, meaning: 'no store is known by that address' },
  storeUnavailable: { definite: false, meaning: 'the store can not be reached' },
  storeFull: { definite: true, meaning: 'the store has no room left; nothing of it was saved' },
  storeInUse: { definite: true, meaning: 'another process has the store open' },
  storeDenied: { definite: true, meaning: 'the store may not be read or written' },
  storeCorrupt: { definite: true, meaning: 'the store is no store of ours, or is damaged' },
  storeNewer: { definite: true, meaning: 'a newer version of the stack has written the store' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** An error of the stack, with a code of the table. */
export class StackError extends Error {
  readonly code: ErrorCode;
  readonly definite: boolean;

  constructor(code: ErrorCode, detail: string) {
    super(`${detail}: ${ERRORS[code].meaning}`);
    this.name = 'StackError';
    this.code = code;
    this.definite = ERRORS[code].definite;
  }
}
