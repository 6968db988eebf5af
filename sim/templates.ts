/**
 * `{{…}}` in what customers say: `{{customer}}` is the customer's number, `{{faker.a.b}}` calls
 * @faker-js/faker, seeded by the customer, so that the same customer always says the same.
 */
import { createRequire } from 'node:module';
import { faker } from '@faker-js/faker/locale/en';

const PATTERN = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/** Names a template may use beside `faker.…`. */
export const TEMPLATE_NAMES = ['customer'] as const;

/** Of a script, by name. */
export type Variables = Readonly<Record<string, string>>;

type Faker = typeof faker;

export interface Filling {
  readonly customer: number;
  readonly seed: number;
  readonly variables?: Variables;
  /** A locale of faker such as `de`; absent: en. */
  readonly locale?: string;
}

/** Fills a text in. Unknown names stay as they are: the loader has refused them before. */
export function fill(text: string, { customer, seed, variables = {}, locale }: Filling): string {
  if (!text.includes('{{')) return text;
  const speaker = text.includes('faker.') ? fakerOf(locale) : faker;
  if (text.includes('faker.')) speaker.seed([seed, customer]);
  return text.replace(PATTERN, (whole, name: string) => {
    if (name === 'customer') return String(customer);
    if (Object.hasOwn(variables, name)) return variables[name] ?? '';
    return callFaker(name, speaker) ?? whole;
  });
}

/** The names of a text that `fill` would not know. */
export function unknownNames(text: string, variables: ReadonlySet<string>): string[] {
  return Array.from(text.matchAll(PATTERN), ([, name = '']) => name).filter(
    (name) => name !== 'customer' && !variables.has(name) && callFaker(name, faker) === undefined,
  );
}

const require = createRequire(import.meta.url);

/** Each locale is a module of its own, loaded when it is needed: all of them take too long. */
function fakerOf(locale: string | undefined): Faker {
  if (locale === undefined || locale === 'en') return faker;
  return (require(`@faker-js/faker/locale/${locale}`) as { readonly faker: Faker }).faker;
}

function callFaker(path: string, speaker: Faker): string | undefined {
  const [root, module, method, ...rest] = path.split('.');
  if (root !== 'faker' || module === undefined || method === undefined || rest.length > 0) return;
  const group = (speaker as unknown as Record<string, Record<string, unknown> | undefined>)[module];
  const call = group?.[method];
  return typeof call === 'function' ? String(call.call(group)) : undefined;
}
