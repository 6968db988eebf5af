/** A textbook queue to replicate. */
export { modelOf } from '../../../sim/validation/cases.ts';
export { queuePlan } from '../../../sim/validation/plan.ts';
export { CASES } from '../../../sim/validation/validate.ts';
