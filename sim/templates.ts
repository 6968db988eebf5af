/**
 * `{{…}}` in what customers say: `{{customer}}` is the customer's number, `{{faker.a.b}}` calls
 * @faker-js/faker, seeded by the customer, so that the same customer always says the same.
 */
import { faker } from '@faker-js/faker/locale/en';

const PATTERN = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/** Names a template may use beside `faker.…`. */
export const TEMPLATE_NAMES = ['customer'] as const;

/** Fills a text in. Unknown names stay as they are: the loader has refused them before. */
export function fill(
  text: string,
  customer: number,
  seed: number,
  variables: Variables = NONE,
): string {
  if (!text.includes('{{')) return text;
  if (text.includes('faker.')) faker.seed([seed, customer]);
  return text.replace(PATTERN, (whole, name: string) => {
    if (name === 'customer') return String(customer);
    return variables[name] ?? callFaker(name) ?? whole;
  });
}

/** Of a script, by name. */
export type Variables = Readonly<Record<string, string>>;

const NONE: Variables = {};

/** The names of a text that `fill` would not know. */
export function unknownNames(text: string, variables: ReadonlySet<string>): string[] {
  return Array.from(text.matchAll(PATTERN), ([, name = '']) => name).filter(
    (name) => name !== 'customer' && !variables.has(name) && callFaker(name) === undefined,
  );
}

function callFaker(path: string): string | undefined {
  const [root, module, method, ...rest] = path.split('.');
  if (root !== 'faker' || module === undefined || method === undefined || rest.length > 0) return;
  const group = (faker as unknown as Record<string, Record<string, unknown> | undefined>)[module];
  const call = group?.[method];
  return typeof call === 'function' ? String(call.call(group)) : undefined;
}
