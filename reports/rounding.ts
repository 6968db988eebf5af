/** How numbers are rounded for a result: enough to compute with, few enough digits to read. */

/** Milliseconds, to the microsecond. */
export const roundMs = (ms: number) => Math.round(ms * 1e3) / 1e3;

/** Shares and averages of small counts. */
export const roundShare = (share: number) => Math.round(share * 1e6) / 1e6;

/** Drops only the dust of floating point, so that 143 of 1,000 equals 14.3%. */
export const settle = (value: number) => Math.round(value * 1e9) / 1e9;
