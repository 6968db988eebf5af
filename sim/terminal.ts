/** The terminal, as commands see it. */

/** What a command needs of the process it runs in. */
export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and complaints. */
  readonly err: (text: string) => void;
  readonly isTty: boolean;
  readonly colour: boolean;
  readonly columns: number;
  /** Aborted by the first Ctrl-C; the second ends the process. */
  readonly signal: AbortSignal;
  /** `REHEARSE_K6`: which k6 to use. */
  readonly k6: string | undefined;
  /** For secrets that a target file says are there. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where GitHub Actions takes a step's summary and output. */
  readonly github: { readonly summaryFile?: string; readonly outputFile?: string };
}
