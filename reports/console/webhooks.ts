/** Of a run that saw no more of a stack than its answers to webhooks: a row for each channel. */
import type { RunResult } from '../result.ts';
import { count, duration, type Paint, percent, plain } from './format.ts';
import { table } from './table.ts';

const SHOWN = 10;

export function isOfWebhooks({ conversations, counts, generator }: RunResult): boolean {
  return generator !== undefined && conversations.arrived === 0 && counts.accepted === 0;
}

export function webhookTable({ channels }: RunResult, paint: Paint): string[] {
  const busiest = [...channels].sort((a, b) => b.counts.webhooks - a.counts.webhooks);
  const rows = busiest.slice(0, SHOWN).map(({ channel, counts, rates, latencies }) => {
    const ack = latencies.webhookAck;
    const times = (['p50', 'p95', 'p99', 'max'] as const).map((name) =>
      ack === undefined ? '-' : duration(ack[name]),
    );
    const failed = count(counts.webhookErrors);
    const refused = percent(rates.webhookRefusals.share);
    return [plain(channel), count(counts.webhooks), failed, refused, ...times];
  });
  const answered = ['p50', 'p95', 'p99', 'max'].map((name) => `answered\n${name}`);
  const heads = ['Channel', 'webhooks', 'failed', 'refused', ...answered];
  const { head, body } = table({ heads, rows });
  const hidden = channels.length - SHOWN;
  const more = hidden > 0 ? [paint('dim', `... and ${count(hidden)} more in result.json`)] : [];
  return [...head.map((line) => paint('dim', line)), ...body, ...more];
}
