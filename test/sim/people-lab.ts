/** Simulated customers and reps around a whole stack on the direct transport. */
import type { Provider } from '../../mock-providers/provider.ts';
import { type CustomerParts, runCustomer } from '../../sim/customer.ts';
import type { CustomerScript, Distribution, RepBehaviour } from '../../sim/plan.ts';
import { createRandom } from '../../sim/random.ts';
import { seatRep } from '../../sim/rep.ts';
import { fill as fillIn } from '../../sim/templates.ts';
import { createVoices } from '../../sim/voices.ts';
import type { Outcome } from '../../src/facts.ts';
import { CHANNEL, createStackLab, type StackLabOptions } from '../stack-lab.ts';

export const MINUTE = 60_000;

export const constant = (value: number): Distribution => ({ name: 'constant', params: { value } });

export const script = (
  steps: CustomerScript['steps'],
  more: Partial<CustomerScript> = {},
): CustomerScript => ({ name: 'test', leaves: 'announced', steps, ...more });

/** `expect` of anything a rep says. */
export const EXPECT = { do: 'expect', from: 'rep' } as const;
export const HI = { do: 'say', text: 'hi' } as const;
export const LEAVE = { do: 'leave' } as const;

const BEHAVIOUR: RepBehaviour = {
  answersPush: constant(2000),
  replyTime: constant(10_000),
  replies: [{ text: 'first' }, { text: 'second' }],
  closesWhenSilentForMs: 5 * MINUTE,
  afterWork: constant(0),
  declines: 0,
  overlooks: 0,
  leavesTabOpen: 0,
  extendsAfterWork: 0,
};

export type PeopleLab = ReturnType<typeof createPeopleLab>;

export function createPeopleLab(options: StackLabOptions = {}, seed = 1) {
  const lab = createStackLab(options);
  const { clock, direct, stack } = lab;
  const random = createRandom(seed);
  const channel = options.channels?.chat ?? CHANNEL;
  return {
    ...lab,
    outcomes: new Map<number, Outcome>(),
    /** A simulated customer arrives now. */
    arrive(n: number, story: CustomerScript, changed = (provider: Provider) => provider): void {
      const { outcomes } = this;
      const recorder = { record: (fact: (typeof lab.facts)[number]) => lab.facts.push(fact) };
      const provider = (id: string) => changed(direct.provider(id));
      const org = lab.org;
      const voices = createVoices({ org, bots: {} });
      const on = (id: string) => ({ provider: provider(id), channel: org.channels[id] ?? channel });
      const fill: CustomerParts['fill'] = (text, variables) =>
        fillIn(text, { customer: n, seed, variables });
      const parts = { clock, random, recorder, voices, channelId: 'chat', on, fill };
      clock.spawn(`customer ${n}`, async () => {
        outcomes.set(n, await runCustomer(n, story, parts));
      });
    },
    /** A simulated rep sits down. */
    rep(id: string, changes: Partial<RepBehaviour> = {}): void {
      const behaviour = { ...BEHAVIOUR, ...changes };
      const showsTyping = () => false;
      const seat = seatRep(id, { clock, random, desk: stack.desk, behaviour, showsTyping });
      seat.setStatus('Online');
    },
    run: (untilMs?: number) => clock.run(untilMs),
    /** The customer's messages in the store, and everyone else's, oldest first. */
    async said(n: number) {
      const entries = await lab.store.entries(`chat:customer-${n}`, 'S1');
      return entries.map(({ actor, content, atMs }) => ({ actor, content, atMs }));
    },
  };
}
