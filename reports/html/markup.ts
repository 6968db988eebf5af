/** HTML from templates: whatever is put in is escaped, unless it is HTML already. */

export interface Html {
  readonly html: string;
}

export type Part = Html | string | number | null | undefined | false | readonly Part[];

export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.reduce((made, text, i) => made + toHtml(parts[i - 1]) + text) };
}

/** HTML that was made elsewhere. */
export const raw = (text: string): Html => ({ html: text });

function toHtml(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (Array.isArray(part)) return part.map(toHtml).join('');
  if (typeof part === 'object') return (part as Html).html;
  return escapeHtml(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Data for a script, which no text in it can end. */
export function dataScript(id: string, data: unknown): Html {
  const text = JSON.stringify(data).replaceAll('<', '\\u003c');
  return raw(`<script type="application/json" id="${id}">${text}</script>`);
}
