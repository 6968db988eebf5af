import avroJs from 'avsc';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createPubSub } from '../../mock-providers/pubsub.ts';
import { createEventLog } from '../../mock-providers/pubsub-log.ts';
import { numberOf, replayIdOf } from '../../mock-providers/pubsub-proto.ts';
import { createEventSchema } from '../../mock-providers/pubsub-schema.ts';
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import { unixNow } from '../../src/clock/unix-now.ts';

const TOPIC = '/event/Messaging__e';
const HOUR = 3_600_000;
const random = (purpose: string, id: number) => ((purpose.length * 31 + id * 7919) % 997) / 997;
const loaded = vi.hoisted(() => ({ server: 0 }));

vi.mock('../../mock-providers/pubsub-server.ts', () => {
  loaded.server += 1;
  return {};
});

describe('publishing', () => {
  it('needs no server, no gRPC and hardly any time', () => {
    const clock = createVirtualClock();
    const isAuthorised = () => true;
    const bus = createPubSub({
      ...{ topic: TOPIC, schemaName: 'Messaging__e', fields: ['Payload__c'] },
      ...{ isAuthorised, clock, random },
    });
    for (let i = 0; i < 200_000; i += 1) bus.publish({ Payload__c: 'x' });
    expect(loaded.server).toBe(0);
    expect(bus.certificate()).toBeUndefined();
    expect(clock.events()).toBe(0);
  });
});

describe('the log', () => {
  function createLab(kept?: number) {
    const clock = createVirtualClock({ originMs: 1_000 });
    const nowMs = () => unixNow(clock);
    const log = createEventLog({ nowMs, random, ...(kept !== undefined && { kept }) });
    const append = (count: number) => {
      for (let i = 0; i < count; i += 1) log.append({ i });
    };
    return { clock, log, append };
  }

  it('numbers on from somewhere above 0 and gives what comes after a position', () => {
    const { log, append } = createLab();
    const start = log.latest();
    expect(start).toBeGreaterThan(0);
    append(5);
    expect(log.latest()).toBe(start + 5);
    expect(log.after(start + 1, 3).map(({ values }) => values.i)).toEqual([1, 2, 3]);
    expect(log.after(start + 1, 9).map(({ number }) => number - start)).toEqual([2, 3, 4, 5]);
    expect(log.after(log.latest(), 9)).toEqual([]);
  });

  it('keeps the newest, and knows of which it is one', () => {
    const { log, append } = createLab(3);
    const start = log.latest();
    expect(log.holds(start)).toBe(true);
    append(3);
    expect([log.holds(start), log.earliest()]).toEqual([true, start]);
    append(1);
    expect(log.earliest()).toBe(start + 1);
    expect(log.after(log.earliest(), 9).map(({ values }) => values.i)).toEqual([1, 2, 0]);
    const held = [-1, 0, 1, 2, 3, 4, 5].map((n) => log.holds(start + n));
    expect(held).toEqual([false, false, false, true, true, true, false]);
  });

  it('forgets after 72 hours', async () => {
    const { clock, log, append } = createLab();
    append(2);
    clock.after(HOUR, () => append(1));
    await clock.run();
    const start = log.latest() - 3;
    clock.after(71 * HOUR, () => {});
    await clock.run();
    expect([log.earliest(), log.holds(start + 1)]).toEqual([start, true]);
    clock.after(1, () => {});
    await clock.run();
    expect([log.earliest(), log.holds(start + 1)]).toEqual([start + 2, false]);
    clock.after(2 * HOUR, () => {});
    await clock.run();
    expect([log.earliest(), log.holds(start + 3)]).toEqual([start + 3, true]);
  });
});

describe('a replay id', () => {
  it('is 8 bytes, big endian, and two zeros; the 8 alone are as good', () => {
    expect(replayIdOf(1_104_717).toString('hex')).toBe('000000000010db4d0000');
    fc.assert(
      fc.property(fc.maxSafeNat(), (number) => {
        expect(numberOf(replayIdOf(number))).toBe(number);
        expect(numberOf(replayIdOf(number).subarray(0, 8))).toBe(number);
      }),
    );
  });

  it('is nothing in any other form', () => {
    const odd = ['', '00', '000000000010db4d00', '000000000010db4d0001', 'ff'.repeat(8)];
    for (const hex of odd) expect(numberOf(Buffer.from(hex, 'hex')), hex).toBeUndefined();
    expect(numberOf(Buffer.from('12907414'))).not.toBe(12_907_414);
  });
});

describe('the schema', () => {
  const schema = createEventSchema('Messaging__e', ['EventType__c', 'Payload__c']);

  it('has the form of Salesforce’s', () => {
    const custom = { type: ['null', 'string'], default: null };
    expect(JSON.parse(schema.json)).toEqual({
      type: 'record',
      name: 'Messaging__e',
      namespace: 'com.sforce.eventbus',
      fields: [
        { name: 'CreatedDate', type: 'long', doc: 'CreatedDate:DateTime' },
        { name: 'CreatedById', type: 'string', doc: 'CreatedBy:EntityId' },
        { ...custom, name: 'EventType__c', doc: expect.stringMatching(/^Data:Text:00N\w{12}$/) },
        { ...custom, name: 'Payload__c', doc: expect.stringMatching(/^Data:Text:00N\w{12}$/) },
      ],
    });
    expect(schema.id).toMatch(/^[\w-]{22}$/);
    const other = createEventSchema('Messaging__e', ['EventType__c']);
    expect(other.id).not.toBe(schema.id);
    expect(createEventSchema('Messaging__e', ['EventType__c', 'Payload__c']).id).toBe(schema.id);
  });

  it('encodes what is given, and the rest as the platform would', () => {
    const read = avroJs.Type.forSchema(JSON.parse(schema.json), { wrapUnions: true });
    const publishedMs = 1_700_000_000_123.75;
    expect(read.fromBuffer(schema.encode({ publishedMs, values: { Payload__c: 'é☕' } }))).toEqual({
      CreatedDate: 1_700_000_000_123,
      CreatedById: expect.stringMatching(/^005\w{15}$/),
      EventType__c: null,
      Payload__c: { string: 'é☕' },
    });
    const values = { CreatedDate: 5, CreatedById: '005x', EventType__c: 7, Other__c: 'no' };
    expect(schema.decode(schema.encode({ publishedMs, values }))).toEqual({
      CreatedDate: 5,
      CreatedById: '005x',
      EventType__c: '7',
    });
  });

  it('takes nothing but its own bytes', () => {
    const whole = schema.encode({ publishedMs: 1, values: { Payload__c: 'abc' } });
    expect(schema.decode(whole.subarray(0, -1))).toBeUndefined();
    expect(schema.decode(Buffer.concat([whole, Buffer.from([0])]))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const values = schema.decode(Buffer.from(bytes));
        if (values !== undefined) schema.encode({ publishedMs: 1, values });
      }),
    );
  });
});
