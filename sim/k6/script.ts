/** The k6 script that sends a recording. What it does is `scenarios/k6/rehearsal.ts.txt`. */
import { shippedTemplate } from '../shipped.ts';
import { thresholdsOf } from './export-thresholds.ts';
import type { Recording } from './recording.ts';

export function k6Script({ count, scenario, budgets, channels }: Recording): string {
  const lines = Object.entries(thresholdsOf(budgets, channels)).map(([metric, conditions]) => {
    const name = /^\w+$/.test(metric) ? metric : quoted(metric);
    return `    ${name}: [${conditions.map(quoted).join(', ')}],\n`;
  });
  return shippedTemplate('k6/rehearsal.ts.txt', {
    ...{ name: scenario.name, count: String(count) },
    thresholds: `{\n${lines.join('')}  }`,
  });
}

/** Names and conditions have nothing in them that needs an escape. */
const quoted = (text: string) => `'${text}'`;
