/** The answer of `rehearse limit`: a row for each rate, then what follows from them. */
import { measureOf, parseBudget } from '../budgets.ts';
import { type Limit, latenessOf, type TriedRate } from '../limit.ts';
import type { BudgetVerdict } from '../result.ts';
import { countOf, duration, inUnit, percent, plain, points, width } from './format.ts';
import { table } from './table.ts';

export function renderLimit(limit: Limit): string {
  return [
    title(limit),
    '',
    ...(limit.tried.length === 0 ? [] : [...rows(limit), '']),
    ...answer(limit),
    '',
  ].join('\n');
}

/** `150%  198/h  holds`: told as soon as it is known. */
export function triedLine(tried: TriedRate): string {
  return `${percentText(tried.percent)}  ${rateText(tried)}  ${verdictText(tried)}`;
}

export function percentText(value: number): string {
  return `${Number(value.toPrecision(4))}%`;
}

/** `198/h`, `12.5/s`; of closed models `12 customers`. */
export function rateText({ customersPerHour, closedCustomers }: Rate): string {
  const perSecond = customersPerHour / 3600;
  const three = (value: number) => Number(value.toPrecision(3));
  const rate = perSecond < 1 ? `${three(customersPerHour)}/h` : `${three(perSecond)}/s`;
  const closed = closedCustomers === 0 ? [] : [countOf(closedCustomers, 'customer')];
  return [...(customersPerHour === 0 ? [] : [rate]), ...closed].join(' and ');
}

type Rate = Pick<TriedRate, 'customersPerHour' | 'closedCustomers'>;

function title({ scenario, clock, speed = 1, engine, target, search }: Limit): string {
  const { runs, settleMs = 0 } = search;
  const what = plain(scenario.name);
  if (clock === 'virtual') {
    return `${what}: virtual time, ${runs} replications of each rate, the same customers in all`;
  }
  const fast = speed === 1 ? '' : `, ${speed} times as fast`;
  const by = engine === 'own' ? '' : `, sent by ${engine}`;
  const often =
    runs === 1 ? 'one run of each rate, two if it does not hold' : `${runs} runs of each`;
  const rest = settleMs === 0 ? '' : `, ${duration(settleMs)} between`;
  const against = target === undefined ? '' : `, against ${plain(target)}`;
  return `${what}: real time${fast}${by}${against}\n${often}${rest}`;
}

/** Wider does not fit a terminal. */
const COLUMNS = 100;

/** As many budgets as fit, those that broke before others. */
function rows({ tried, broke }: Limit): string[] {
  const texts = (tried[0]?.budgets ?? []).map(({ text }) => text);
  const byWeight = [...broke, ...texts.filter((text) => !broke.includes(text))];
  for (let shown = texts.length; ; shown -= 1) {
    const kept = texts.filter((text) => byWeight.indexOf(text) < shown);
    const { head, body } = tableOf(tried, kept);
    const lines = [...head, ...body];
    if (shown > 1 && lines.some((line) => width(line) > COLUMNS)) continue;
    const more = texts.length - kept.length;
    return more === 0 ? lines : [...lines, `${countOf(more, 'more budget')}: limit.csv`];
  }
}

function tableOf(tried: Limit['tried'], budgets: readonly string[]) {
  const hasGenerators = tried.some(({ generator }) => generator !== undefined);
  const hasPools = tried.some(({ busiest }) => busiest !== undefined);
  return table({
    heads: [
      'of the\nscenario',
      'customers',
      'verdict',
      ...budgets.map(budgetHead),
      ...(hasPools ? ['busiest\npool'] : []),
      ...(hasGenerators ? ['late\np99'] : []),
    ],
    rows: tried.map((one) => [
      ...[percentText(one.percent), rateText(one), verdictText(one)],
      ...budgets.map((text) => cell(one.budgets.find((budget) => budget.text === text))),
      ...(hasPools ? [percent(one.busiest?.occupancy)] : []),
      ...(hasGenerators ? [one.generator ? duration(latenessOf(one.generator)) : ''] : []),
    ]),
  });
}

/** The measure, and below it the bound and where it counts. */
function budgetHead(text: string): string {
  const budget = parseBudget(text);
  if ('error' in budget) return plain(text);
  const { where, window: _, ...measured } = budget;
  const [, operator = '', bound = ''] =
    /([<>]=?|==?)\s*(\S.*?)(?:\s+(?:where|between)\s.*)?$/.exec(text) ?? [];
  const place = where === undefined ? [] : [plain(where.id)];
  return [measureOf(measured), `${operator} ${plain(bound)}`, ...place].join('\n');
}

/** `82.7% (+2.7)`: measured and the margin; `(+2.7 ± 3.9)` where luck could decide. */
function cell(budget: BudgetVerdict | undefined): string {
  if (budget === undefined || budget.margin === null) return 'no data';
  const { unit, margin, measured, halfWidth = 0 } = budget;
  const bare = (value: number) => inUnit(value, unit).replace('%', '');
  const sure = Math.abs(margin) < halfWidth ? ` ± ${bare(halfWidth)}` : '';
  return `${inUnit(measured, unit)} (${margin < 0 ? '-' : '+'}${bare(Math.abs(margin))}${sure})`;
}

function verdictText({ verdict, again, generator }: TriedRate): string {
  if (verdict === 'generator') return `${slowest(generator)} too slow`;
  return again && verdict === 'holds' ? 'holds (2nd)' : verdict;
}

/** Who sends, or this process, which says what is due. */
function slowest(generator: TriedRate['generator']): string {
  if (generator === undefined) return 'generator';
  const { name: sender, lateness, director } = generator;
  return (director?.p99 ?? 0) > lateness.p99 ? 'rehearsal' : sender;
}

function answer(limit: Limit): string[] {
  const { tried, holds, breaks } = limit;
  const at = (wanted: number | null) => tried.find((one) => one.percent === wanted);
  const [held, broken] = [at(holds), at(breaks)];
  const seen = broken ?? held;
  const isFound = held !== undefined && broken !== undefined && broken.verdict !== 'generator';
  const lowest = isFound ? ', the lowest that does not' : '';
  return [
    ...verdicts(limit, held, broken),
    ...(seen === undefined ? [] : [`At ${name(seen)}${lowest}:`, ...details(seen, limit)]),
  ];
}

function verdicts(
  { outcome, tried }: Limit,
  held: TriedRate | undefined,
  broken: TriedRate | undefined,
): string[] {
  const number = tried[0]?.budgets.length ?? 0;
  const budgets = ['no budget', 'the budget', 'both budgets'][number] ?? `all ${number} budgets`;
  const best = held && `${name(held)} is the highest rate that holds ${budgets}.`;
  const worst = broken && `${name(broken)} does not hold ${budgets}.`;
  switch (outcome) {
    case 'found':
      return [best ?? ''];
    case 'all':
      return [`Even ${held && name(held)} holds ${budgets}: the limit is above --most.`];
    case 'none':
      return [`Not met: even ${broken && name(broken)} does not hold ${budgets}.`];
    case 'generator': {
      const known = held ? `it held ${name(held)}` : 'it held no rate that was tried';
      return [`The generator was the limit. Of the stack is known: ${known}.`];
    }
    case 'unfinished': {
      const known = [best, worst].filter((line) => line !== undefined);
      return known.length > 0 ? ['Cut off. So far:', ...known] : ['Cut off: nothing is known.'];
    }
  }
}

/** `138% of the scenario (182/h)`. */
function name(tried: TriedRate): string {
  return `${percentText(tried.percent)} of the scenario (${rateText(tried)})`;
}

function details(seen: TriedRate, { broke, bottleneck, tried: [lowest] }: Limit): string[] {
  const { budgets, invariants, generator, keptOut, busiest, ackP95Ms, verdict } = seen;
  if (verdict === 'generator') {
    const late = generator === undefined ? '' : ` ${duration(latenessOf(generator))}`;
    return [`  - the generator was${late} late (p99): nothing else there is of the stack`];
  }
  const place = ({ text }: BudgetVerdict) => broke.indexOf(text);
  const broken = budgets.filter((budget) => place(budget) >= 0);
  const lines = [
    ...broken.toSorted((a, b) => place(a) - place(b)).map(brokenLine),
    ...invariants.map((text) => `the router broke its own rule: ${plain(text)}`),
    ...budgets.filter((budget) => place(budget) < 0).map(keptLine),
  ];
  if (keptOut !== undefined) {
    lines.push(
      `bottleneck: the org's limits kept ${countOf(keptOut, 'work item')} out of their queue`,
    );
  }
  if (bottleneck === 'webhooks' && ackP95Ms !== undefined) {
    const before = duration(lowest?.ackP95Ms ?? 0);
    const answered = `webhooks were answered in ${duration(ackP95Ms)} (p95)`;
    lines.push(`bottleneck: ${answered}, at the lowest rate in ${before}`);
  }
  if (busiest !== undefined) {
    const taken = `reps of ${plain(busiest.pool)} had ${percent(busiest.occupancy)} of their`;
    lines.push(`${bottleneck === 'reps' ? 'bottleneck: ' : ''}${taken} capacity taken`);
  }
  return lines.map((line) => `  - ${line}`);
}

function brokenLine(budget: BudgetVerdict, index: number, all: readonly unknown[]): string {
  const { text, ok, reason, measured, margin, unit, bound, halfWidth } = budget;
  const broke = index > 0 ? 'broke too' : all.length > 1 ? 'broke first' : 'broke';
  if (margin === null) {
    const why = reason?.replace(/^no data: /, 'no data, ') ?? 'no data';
    return `${plain(text)} ${broke}: ${plain(why)}`;
  }
  const sure = halfWidth === undefined ? '' : ` ± ${points(halfWidth, unit)}`;
  const seen = `${inUnit(measured, unit)}${sure}`;
  if (ok) return `${plain(text)} is not certain: ${seen} (more runs narrow it)`;
  const miss = `misses ${inUnit(bound, unit)} by ${points(Math.abs(margin), unit)}`;
  return `${plain(text)} ${broke}: ${seen}, ${miss}`;
}

function keptLine({ text, margin, unit }: BudgetVerdict): string {
  return `${plain(text)} holds, ${points(margin ?? 0, unit)} to spare`;
}
