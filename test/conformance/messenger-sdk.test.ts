/** The mock against Meta's own business SDK, unmodified, over real sockets. */
import { type Api, FacebookAdsApi, FacebookAdsApiBatch, Page } from 'facebook-nodejs-business-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, BLOCKED, createLab, type Lab, PAGE, SILENT } from './messenger-lab.ts';

const { accessToken, appId } = account;

let lab: Lab;
beforeAll(async () => {
  lab = await createLab();
});
beforeEach(() => lab.forget());
afterAll(() => lab.close());

describe('Meta’s business SDK against the mock', () => {
  let api: Api;
  beforeAll(() => {
    Object.defineProperty(FacebookAdsApi, 'GRAPH', { get: () => lab.apiUrl });
    // Without its crash reporter, which would call the real Graph API.
    api = FacebookAdsApi.init(accessToken, 'en_US', false);
  });
  const page = () => new Page(PAGE, {}, undefined, api);

  it('sends, uploads, subscribes', async () => {
    const { to } = await lab.connect(7);
    const recipient = { id: to };
    const sent = await page().createMessage([], {
      recipient,
      messaging_type: 'RESPONSE',
      message: { text: 'from the SDK' },
    });
    expect(sent._data).toMatchObject({ recipient_id: to, message_id: expect.any(String) });
    const payload = { url: 'https://x.test/a.mp4', is_reusable: true };
    const message = { attachment: { type: 'video', payload } };
    const upload = await page().createMessageAttachment([], { message });
    expect(upload._data.attachment_id).toMatch(/^\d{16}$/);
    const fields = ['messages', 'messaging_postbacks', 'message_deliveries', 'message_reads'];
    const subscribed = await page().createSubscribedApp([], { subscribed_fields: fields });
    expect(subscribed._data).toMatchObject({ success: true });
    const [app] = await page().getSubscribedApps(['subscribed_fields'], {});
    expect(app?._data).toMatchObject({ id: appId, subscribed_fields: fields });
    const profile = await page().createMessengerProfile([], { get_started: { payload: 'GO' } });
    expect(profile._data).toMatchObject({ result: 'success' });
    const passed = await page().createPassThreadControl([], { recipient, target_app_id: 1 });
    expect(passed._data).toMatchObject({ success: true });
    expect((await page().get(['name']))._data).toMatchObject({ id: PAGE, name: 'fb' });
    await lab.clock.settled();
    expect(lab.texts()).toEqual(['from the SDK']);
    expect(lab.judged.every((one) => Object.values(one).every(Boolean))).toBe(true);
  });

  it('sends batches', async () => {
    const { to } = await lab.connect(8);
    const batch = new FacebookAdsApiBatch(api);
    const answers: unknown[] = [];
    const keep = (answer: { status: number; body: string }) => answers.push(answer);
    for (const id of [to, '4711']) {
      const params = { recipient: { id }, message: { text: 'in a batch' } };
      batch.add('POST', [PAGE, 'messages'], params, undefined, keep, keep);
    }
    await batch.execute();
    expect(answers).toMatchObject([
      { _httpStatus: 200 },
      { _httpStatus: 400, _body: { error: { code: 100, error_subcode: 2018001 } } },
    ]);
    await lab.clock.settled();
    expect(lab.texts()).toEqual(['in a batch']);
  });

  it('knows the errors', async () => {
    const send = (to: string) =>
      page().createMessage([], { recipient: { id: to }, message: { text: 'x' } });
    await expect(send(SILENT)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('outside of allowed window'),
      response: { code: 10, error_subcode: 2018278, type: 'OAuthException' },
    });
    await expect(send(BLOCKED)).rejects.toMatchObject({ response: { code: 551 } });
    const stranger = new Page('4711', {}, undefined, api).createMessage([], {});
    await expect(stranger).rejects.toMatchObject({ response: { code: 100, error_subcode: 33 } });
  });
});
