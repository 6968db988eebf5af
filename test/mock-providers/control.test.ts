/** The control API of a platform by itself, and what it controls. */
import { describe, expect, it } from 'vitest';
import { createSmsProvider } from '../../mock-providers/sms/provider.ts';
import { createStandalone } from '../../mock-providers/standalone.ts';
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import { type HttpRequest, respond } from '../../src/http.ts';
import { channelOf } from '../channels/driving.ts';

const URL_ = 'http://sms.test';

/** The SMS platform by itself, with a stack that answers `status`. */
function createLab(status = 204) {
  const clock = createVirtualClock({ originMs: 1_700_000_000_000 });
  const webhooks: HttpRequest[] = [];
  const platform = createStandalone(createSmsProvider, {
    channelId: 'sms',
    channel: channelOf('sms'),
    clock,
    transport: {
      async send(request) {
        webhooks.push(request);
        return respond(status);
      },
    },
    webhookUrl: 'http://bot.test/hook',
    publicUrl: URL_,
    random: (_, n) => (n * 0.618) % 1,
    delays: { inboundMs: () => 0, deliveryMs: () => 100, readMs: () => undefined },
  });
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await platform.handle({
      method,
      url: `${URL_}/_rehearsal${path}`,
      headers: {},
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    });
    return { status: response.status, json: JSON.parse(response.body.toString()) };
  };
  const credentials = 'AC5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b:0f1e2d3c4b5a69788796a5b4c3d2e1f0';
  const send = (to: string, text: string) =>
    platform.handle({
      method: 'POST',
      url: `${URL_}/2010-04-01/Accounts/AC5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b/Messages.json`,
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: Buffer.from(
        new URLSearchParams({ To: to, From: '+15005550006', Body: text }).toString(),
      ),
    });
  const inside = async (test: () => Promise<void>) => {
    clock.spawn('test', test);
    await clock.run();
  };
  return { clock, webhooks, call, send, inside };
}

describe('the control API', () => {
  it('says what it can do', async () => {
    const { call } = createLab();
    const { status, json } = await call('GET', '');
    expect(status).toBe(200);
    expect(Object.keys(json.endpoints)).toContain('POST /say');
  });

  it('speaks as a customer, in the wire format of the platform', async () => {
    const lab = createLab();
    await lab.inside(async () => {
      const { status, json } = await lab.call('POST', '/say', { from: '+12025550101', text: 'Hi' });
      expect(status).toBe(200);
      expect(json).toMatchObject({ ok: true, from: '+12025550101' });
      expect(lab.webhooks[0]?.body.toString()).toContain('Body=Hi');
      expect(lab.webhooks[0]?.headers['x-twilio-signature']).toBeDefined();
    });
  });

  it('tells when the stack did not take it', async () => {
    const lab = createLab(500);
    await lab.inside(async () => {
      const { status, json } = await lab.call('POST', '/say', { text: 'Hi' });
      expect(status).toBe(502);
      expect(json).toMatchObject({ ok: false });
      expect(json.reason).toContain('500');
    });
  });

  it('shows what a customer received', async () => {
    const lab = createLab();
    await lab.inside(async () => {
      await lab.call('POST', '/say', { from: '+12025550101', text: 'Hi' });
      await lab.send('+12025550101', 'Hello');
      await lab.clock.sleep(1000);
      const { json } = await lab.call('GET', `/inbox?of=${encodeURIComponent('+12025550101')}`);
      expect(json.messages).toMatchObject([{ content: { kind: 'text', text: 'Hello' } }]);
      expect((await lab.call('GET', '/customers')).json).toEqual([
        { address: '+12025550101', received: 1 },
      ]);
    });
  });

  it('shows what went over the wire, both ways', async () => {
    const lab = createLab();
    await lab.inside(async () => {
      await lab.call('POST', '/say', { text: 'Hi' });
      await lab.send('+12025550101', 'Hello');
      const { json } = await lab.call('GET', '/ledger');
      expect(json.map(({ direction }: { direction: string }) => direction)).toEqual([
        'webhook',
        'api',
      ]);
      expect(json[0].request).toMatchObject({ method: 'POST', url: 'http://bot.test/hook' });
      expect(json[1].response).toMatchObject({ status: 201 });
      expect((await lab.call('GET', '/ledger?direction=api')).json).toHaveLength(1);
      expect((await lab.call('GET', '/ledger?limit=x')).status).toBe(400);
    });
  });

  it('sets faults, which then happen', async () => {
    const lab = createLab();
    await lab.inside(async () => {
      await lab.call('PATCH', '/faults', { apiErrors: 1 });
      expect((await lab.send('+12025550101', 'Hello')).status).toBe(503);
      expect((await lab.call('DELETE', '/faults')).json).toMatchObject({ apiErrors: 0 });
      expect((await lab.send('+12025550101', 'Hello')).status).toBe(201);
      await lab.call('PATCH', '/faults', { duplicateWebhooks: 1, lateMs: 50 });
      await lab.call('POST', '/say', { text: 'twice' });
      await lab.clock.sleep(100);
      expect(lab.webhooks).toHaveLength(2);
      expect(lab.webhooks[0]?.body.equals(lab.webhooks[1]?.body as Buffer)).toBe(true);
    });
  });

  it('starts afresh', async () => {
    const lab = createLab();
    await lab.inside(async () => {
      await lab.call('POST', '/say', { text: 'Hi' });
      await lab.call('PATCH', '/faults', { apiErrors: 1 });
      expect((await lab.call('POST', '/reset')).json).toEqual({ ok: true });
      expect((await lab.call('GET', '/customers')).json).toEqual([]);
      expect((await lab.call('GET', '/ledger')).json).toEqual([]);
      expect((await lab.call('GET', '/faults')).json).toMatchObject({ apiErrors: 0 });
    });
  });

  it.each([
    ['POST', '/say', {}, 'needs exactly one of text, choose, content'],
    ['POST', '/say', { text: 'a', choose: 'b' }, 'needs exactly one'],
    ['POST', '/say', { txt: 'a' }, 'txt'],
    ['POST', '/say', { content: { kind: 'media', url: 'x' } }, 'content.url'],
    ['PATCH', '/faults', { apiErrors: 2 }, 'apiErrors'],
    ['PATCH', '/faults', { apiError: 1 }, 'apiError'],
  ])('refuses what it does not understand: %s %s %j', async (method, path, body, message) => {
    const { status, json } = await createLab().call(method, path, body);
    expect(status).toBe(400);
    expect(json.error).toContain(message);
  });

  it('refuses paths it has not, choices nobody offered, typing that nobody is told', async () => {
    const lab = createLab();
    expect((await lab.call('GET', '/nothing')).status).toBe(404);
    expect((await lab.call('GET', '/say')).status).toBe(405);
    expect((await lab.call('POST', '/say', { choose: 'Yes' })).status).toBe(409);
    expect((await lab.call('POST', '/typing', {})).status).toBe(501);
  });
});
