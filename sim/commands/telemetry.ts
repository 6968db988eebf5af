/** Sends what a run came to, to who was named. */
import type { RunResult } from '../../reports/result.ts';
import type { Telemetry } from '../../reports/telemetry/otlp.ts';
import type { Terminal } from '../terminal.ts';

export const TELEMETRY_OPTIONS = {
  otlp: {
    describe: 'an OpenTelemetry collector, such as http://localhost:4318: live progress, result',
    type: 'string',
    default: undefined,
  },
  pushgateway: {
    describe: "a Prometheus Pushgateway's URL: the result",
    type: 'string',
    default: undefined,
  },
} as const;

/** The library takes a while to load: only when it is asked for. */
export async function openOtlp(url: string, scenario: string): Promise<Telemetry> {
  const { createOtlp } = await import('../../reports/telemetry/otlp.ts');
  return createOtlp(url, scenario);
}

/** Who does not listen spoils no run: it is said, no more. */
export async function send(
  result: RunResult,
  telemetry: Telemetry | undefined,
  pushgateway: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const sent = async (where: string, work: Promise<void> | undefined) => {
    await work?.catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      terminal.err(`warning: ${where} did not take the result: ${why}\n`);
    });
  };
  await sent('--otlp', telemetry?.finish(result));
  if (pushgateway === undefined) return;
  const { pushResult } = await import('../../reports/telemetry/pushgateway.ts');
  await sent('--pushgateway', pushResult(pushgateway, result));
}
