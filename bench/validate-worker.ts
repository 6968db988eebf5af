/** One case of `validate.ts`, in a thread of its own. */
import { CASES, type Comparison, type Effort, validate } from '../sim/validation/validate.ts';

export async function run({
  id,
  effort,
}: {
  readonly id: string;
  readonly effort: Effort;
}): Promise<readonly Comparison[]> {
  const found = CASES.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no case '${id}'`);
  return validate(found, effort);
}
