/** External routing: a partner decides, Omni-Channel keeps the books (fact sheet 1.12). */
import { describe, expect, it } from 'vitest';
import { config, createLab, type Lab, rep } from './lab.ts';

const HOUR = 3_600_000;

describe('external routing', () => {
  const EXTERNAL = { x: config({ routingModel: 'EXTERNAL_ROUTING', pushTimeoutMs: 9000 }) };
  const open = () => {
    const reps = [rep('ann', {}, ['x', 'q']), rep('bob', {}, ['x'])];
    const lab = createLab({ reps, configs: { ...EXTERNAL, q: config() } });
    lab.online('ann', 'bob');
    lab.ask('x1', 'x');
    return lab;
  };
  const asked = (lab: Lab) => lab.external.map(({ workId }) => workId);

  it('leaves items alone, whoever is free, and has the partner asked', async () => {
    const lab = open();
    await lab.pass(HOUR);
    lab.setStatus('ann', 'Offline');
    lab.online('ann');
    expect([lab.routed(), asked(lab)]).toEqual([[], ['x1']]);
    expect(lab.withdraw('x1', 'EndUser')).toBe(true);
  });

  it('refuses a push of what is not the partner’s, of what rings, and to who can’t have it', () => {
    const lab = open();
    lab.ask('q1');
    lab.ask('q2');
    lab.setStatus('bob', 'Busy');
    const say = (work: string, who: string) => lab.assignExternally(work, who, false);
    expect(say('q2', 'ann')).toBe('notWaiting');
    expect(say('x9', 'ann')).toBe('notWaiting');
    expect(say('x1', 'who')).toBe('unknownRep');
    expect(say('x1', 'bob')).toBe('notOnline');
    expect(say('x1', 'ann')).toBe('noRoom');
    lab.online('bob');
    expect(say('x1', 'bob')).toMatchObject({ rep: { id: 'bob' }, status: 'Assigned' });
    expect(say('x1', 'bob')).toBe('ringing');
    lab.accept(lab.latest('x1'));
    expect(say('x1', 'ann')).toBe('notWaiting');
  });

  it('may skip the check of capacity; Omni-Channel then sends nothing more', () => {
    const lab = open();
    lab.ask('q1');
    expect(lab.assignExternally('x1', 'ann', true)).toMatchObject({ status: 'Assigned' });
    expect(lab.of('pushed').map(({ beyond }) => beyond)).toEqual([undefined, 'partner']);
    lab.ask('q2');
    lab.accept(lab.pushes[0]!);
    lab.close(lab.pushes[0]!);
    expect(lab.routed()).toEqual(['q1>ann', 'x1>ann']);
  });

  it('hands what was declined, timed out or left back to the partner, not to others', async () => {
    const lab = open();
    const push = (who: string) => lab.assignExternally('x1', who, false) as (typeof lab.pushes)[0];
    lab.decline(push('ann'));
    push('ann');
    await lab.pass(9000);
    push('bob');
    lab.setStatus('bob', 'Offline');
    expect(asked(lab)).toEqual(['x1', 'x1', 'x1', 'x1']);
    expect(lab.routed()).toEqual(['x1>ann', 'x1>ann', 'x1>bob']);
    expect(lab.accept(push('ann'))).toBe(true);
  });

  it('tells the partner of the push even where it is accepted in the same moment', () => {
    const lab = createLab({
      reps: [rep('ann', {}, ['x'])],
      configs: EXTERNAL,
      onPush: (work) => lab.accept(work),
    });
    lab.online('ann');
    lab.ask('x1', 'x');
    expect(lab.assignExternally('x1', 'ann', false)).toMatchObject({ status: 'Opened' });
  });
});
