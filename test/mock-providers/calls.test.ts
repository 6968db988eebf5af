/** Calls to the stack: time-outs, retries, batching; what every platform's webhooks go through. */
import { describe, expect, it } from 'vitest';
import { createBatcher } from '../../mock-providers/batch.ts';
import { type CallPolicy, call } from '../../mock-providers/calls.ts';
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import { StackError } from '../../src/errors.ts';
import { type HttpRequest, type HttpResponse, respond } from '../../src/http.ts';

const REQUEST: HttpRequest = {
  method: 'POST',
  url: 'http://stack.test/x',
  headers: {},
  body: Buffer.from('first'),
};

type Answer = (at: number) => Promise<HttpResponse>;

/** Makes one call on a virtual clock; what came of it, and when each try was made. */
async function place(answers: readonly Answer[], policy: Partial<CallPolicy> = {}) {
  const clock = createVirtualClock();
  const tries: [number, string][] = [];
  const transport = {
    send(request: HttpRequest) {
      tries.push([clock.now(), request.body.toString()]);
      const answer = answers[Math.min(tries.length, answers.length) - 1];
      if (answer === undefined) throw new Error('no answer');
      return answer(clock.now());
    },
  };
  let report: unknown;
  clock.spawn('call', async () => {
    report = await call({ clock, transport }, REQUEST, {
      timeoutMs: 1000,
      takes: ({ status }) => status === 200,
      retryAfterMs: (retry) => (retry <= 2 ? retry * 100 : undefined),
      ...policy,
    });
  });
  await clock.run();
  return { tries, report, endedAt: clock.now() };
}

const says = (status: number, text = ''): Answer => {
  return async () => respond(status, text);
};
const never: Answer = () => new Promise(() => {});
const fails: Answer = async () => {
  throw new StackError('connectionRefused', 'test');
};

describe('a call to the stack', () => {
  it('is made once when it is taken, and leaves no timer behind', async () => {
    const { tries, report, endedAt } = await place([says(200)]);
    expect(tries).toEqual([[0, 'first']]);
    expect(report).toMatchObject({ ok: true, response: { status: 200 } });
    expect(endedAt).toBe(0);
  });

  it('is made again as the policy says, then given up', async () => {
    const { tries, report } = await place([says(500, 'no')]);
    expect(tries.map(([at]) => at)).toEqual([0, 100, 300]);
    expect(report).toEqual({ ok: false, reason: '500 no' });
  });

  it('counts silence as a time-out, and a broken line as an error', async () => {
    const { tries, report } = await place([never, fails, says(200)]);
    expect(tries.map(([at]) => at)).toEqual([0, 1100, 1300]);
    expect(report).toMatchObject({ ok: true });
    expect((await place([never])).report).toEqual({ ok: false, reason: 'timedOut' });
    expect((await place([fails])).report).toEqual({ ok: false, reason: 'connectionRefused' });
  });

  it('may differ when it is made again', async () => {
    const again = (request: HttpRequest, retry: number) => ({
      ...request,
      body: Buffer.from(`retry ${retry}`),
    });
    const { tries } = await place([says(500)], { again });
    expect(tries.map(([, body]) => body)).toEqual(['first', 'retry 1', 'retry 2']);
  });
});

describe('updates', () => {
  async function batched(batchMs: number) {
    const clock = createVirtualClock();
    const sent: [number, readonly string[]][] = [];
    const told: string[] = [];
    const send = createBatcher<string, string>({ clock, batchMs: () => batchMs }, async (lot) => {
      sent.push([clock.now(), lot]);
      return `with ${lot.length}`;
    });
    const update = async (name: string, at: number) => {
      await clock.sleep(at);
      told.push(`${name} ${await send(name)}`);
    };
    for (const [name, at] of [
      ['a', 0],
      ['b', 40],
      ['c', 120],
    ] as const) {
      clock.spawn(name, () => update(name, at));
    }
    await clock.run();
    return { sent, told };
  }

  it('go each by itself where nothing is set', async () => {
    const { sent } = await batched(0);
    expect(sent).toEqual([
      [0, ['a']],
      [40, ['b']],
      [120, ['c']],
    ]);
  });

  it('go together within the time that is set, and each is told what came of it', async () => {
    const { sent, told } = await batched(100);
    expect(sent).toEqual([
      [100, ['a', 'b']],
      [220, ['c']],
    ]);
    expect(told).toEqual(['a with 2', 'b with 2', 'c with 1']);
  });
});
