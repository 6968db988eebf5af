/** The little of jstat that is used here; it ships no types. */
declare module 'jstat' {
  const jstat: {
    readonly studentt: { inv(p: number, degreesOfFreedom: number): number };
    readonly normal: { inv(p: number, mean: number, sd: number): number };
  };
  export default jstat;
}
