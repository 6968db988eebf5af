/** What a rep's presence does to what rings and what waits. */
import { describe, expect, it } from 'vitest';
import { config, createLab, rep } from './lab.ts';

const TIMED = { q: config({ pushTimeoutMs: 30_000 }) };

describe('presence', () => {
  it('going offline while it rings makes the push Unavailable and routes the item again', () => {
    const lab = createLab({ reps: [rep('ann', { capacity: 2 }), rep('bob')], configs: TIMED });
    lab.online('ann');
    lab.ask('w1');
    lab.ask('w2');
    lab.accept(lab.pushes[0]!);
    lab.online('bob');
    lab.setStatus('ann', 'Offline');
    expect(lab.pushes.map(({ status }) => status)).toEqual(['Closed', 'Unavailable', 'Assigned']);
    expect(lab.routed().at(-1)).toBe('w2>bob');
    expect(lab.of('pushCancelled')).toMatchObject([
      { work: 'w2', rep: 'ann', reason: 'the rep went offline' },
    ]);
    expect(lab.over).toEqual([lab.pushes[1]]);
  });

  it('going offline is no decline: the item may come back to the same rep', () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.online('ann');
    lab.ask('w1');
    lab.setStatus('ann', 'Offline');
    expect(lab.pushes).toHaveLength(1);
    lab.online('ann');
    expect(lab.routed()).toEqual(['w1>ann', 'w1>ann']);
  });

  it('a busy status does not stop the ringing, only new work', async () => {
    const lab = createLab({ reps: [rep('ann', { capacity: 2 })], configs: TIMED });
    lab.online('ann');
    lab.ask('w1');
    lab.setStatus('ann', 'Busy');
    lab.ask('w2');
    expect(lab.over).toEqual([]);
    await lab.pass(10_000);
    expect(lab.accept(lab.latest('w1'))).toBe(true);
    lab.close(lab.latest('w1'));
    expect(lab.routed()).toEqual(['w1>ann']);
    lab.online('ann');
    expect(lab.routed()).toEqual(['w1>ann', 'w2>ann']);
  });

  it('a push to a rep who turned busy still times out', async () => {
    const lab = createLab({ reps: [rep('ann'), rep('bob')], configs: TIMED });
    lab.online('ann');
    lab.ask('w1');
    lab.setStatus('ann', 'Busy');
    lab.online('bob');
    expect(lab.routed()).toEqual(['w1>ann']);
    await lab.pass(30_000);
    expect(lab.routed()).toEqual(['w1>ann', 'w1>bob']);
  });

  it('refuses a status nobody set up, and changes nothing', () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.online('ann');
    expect(() => lab.setStatus('ann', 'Lunch')).toThrow(
      expect.objectContaining({ code: 'unknownStatus', message: expect.stringContaining('Lunch') }),
    );
    lab.ask('w1');
    expect(lab.routed()).toEqual(['w1>ann']);
    expect(lab.of('presence')).toHaveLength(1);
  });
});

describe('a lost connection (C24)', () => {
  const mixed = () => {
    const lab = createLab({
      reps: [rep('ann', { capacity: 3 }), rep('bob', { capacity: 3 })],
      channels: { status: { capacityModel: 'STATUS_BASED' } },
      settings: { disconnectGraceMs: 45_000 },
    });
    lab.online('ann');
    const works = [lab.serve('tab'), lab.serve('status', 'q', undefined, 'status')];
    lab.ask('rings');
    lab.online('bob');
    lab.disconnect('ann');
    return { lab, works: [...works, lab.latest('rings')] };
  };

  it('is waited for; then what rings moves on, tabs close, status-based work stays', async () => {
    const { lab, works } = mixed();
    const statuses = () => works.map(({ status }) => status);
    await lab.pass(44_999);
    expect(statuses()).toEqual(['Opened', 'Opened', 'Assigned']);
    await lab.pass(1);
    expect(statuses()).toEqual(['Closed', 'Opened', 'Unavailable']);
    expect(lab.routed().at(-1)).toBe('rings>bob');
    expect([lab.closed, works[0]!.rep.usedUnits]).toEqual([['tab by logout'], 1]);
    expect(lab.of('presence').at(-1)).toMatchObject({ at: 45_000, status: 'Offline' });
    expect(lab.of('decided').map(({ choice }) => choice)).toContain('C24');
  });

  it('that is back in time changes nothing, and may be lost anew', async () => {
    const { lab, works } = mixed();
    await lab.pass(40_000);
    lab.reconnect('ann');
    await lab.pass(40_000);
    lab.disconnect('ann');
    await lab.pass(44_000);
    expect(works.map(({ status }) => status)).toEqual(['Opened', 'Opened', 'Assigned']);
    expect(lab.of('presence')).toHaveLength(2);
    await lab.pass(1000);
    expect(works[2]!.status).toBe('Unavailable');
  });
});
