/**
 * The Messaging API beside messages: what users uploaded, who they are, the account itself, the
 * webhook's address, and the tokens that open all this.
 */
import { parse } from 'node:querystring';
import { readJson, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { LINE_LIMITS } from '../../src/channels/line/limits.ts';
import { lineAccount } from '../../src/channels/line/wire.ts';
import { unixNow } from '../../src/clock/unix-now.ts';
import { type HttpResponse, json, respond } from '../../src/http.ts';
import type { ProviderParts } from '../provider.ts';
import { type ApiParts, type Endpoint, problem, withBody } from './api.ts';
import type { Ledger } from './ledger.ts';

export function accountRoutes(parts: ProviderParts, api: ApiParts): readonly Endpoint[] {
  return [
    ...contentRoutes(api.ledger),
    ...readRoutes(parts, api),
    ...webhookRoutes(parts, api),
    ...tokenRoutes(parts, api.ledger),
  ];
}

/** A picture of one dot, and a moment of nothing: what phones here have no bytes of. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhf' +
    'DwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

function contentRoutes(ledger: Ledger): readonly Endpoint[] {
  const bytesOf = (id = ''): HttpResponse => {
    const media = ledger.media(id);
    if (media === undefined) return problem(404, 'Not found');
    const isPicture = media.mimeType.startsWith('image/');
    const type = isPicture ? 'image/png' : media.mimeType;
    return {
      status: 200,
      headers: { 'content-type': type },
      body: isPicture ? DOT : Buffer.alloc(1),
    };
  };
  return [
    { endpoint: 'GET /v2/bot/message/{id}/content', answer: (_, [id]) => bytesOf(id) },
    { endpoint: 'GET /v2/bot/message/{id}/content/preview', answer: (_, [id]) => bytesOf(id) },
    {
      endpoint: 'GET /v2/bot/message/{id}/content/transcoding',
      answer: (_, [id = '']) =>
        ledger.media(id) === undefined
          ? problem(404, 'Not found')
          : json(200, { status: 'succeeded' }),
    },
  ];
}

function readRoutes({ channel, channelId }: ProviderParts, { ledger, carrier }: ApiParts) {
  const limits = limitsOf(channel, LINE_LIMITS);
  const routes: readonly Endpoint[] = [
    {
      endpoint: 'GET /v2/bot/profile/{userId}',
      answer(_, [userId = '']) {
        if (!carrier.isFriend(userId)) return problem(404, 'Not found');
        const displayName = ledger.friend(userId)?.name ?? 'Test Customer';
        return json(200, { displayName, userId, language: 'en' });
      },
    },
    {
      endpoint: 'GET /v2/bot/info',
      answer: () =>
        json(200, {
          userId: channel.address,
          basicId: '@rehearsal',
          displayName: channelId,
          chatMode: 'bot',
          markAsReadMode: channel.account.markAsRead === 'on' ? 'manual' : 'auto',
        }),
    },
    {
      endpoint: 'GET /v2/bot/message/quota',
      answer: () =>
        json(
          200,
          limits.monthlyMessages === 0
            ? { type: 'none' }
            : { type: 'limited', value: limits.monthlyMessages },
        ),
    },
    {
      endpoint: 'GET /v2/bot/message/quota/consumption',
      answer: () => json(200, { totalUsage: ledger.usage() }),
    },
    {
      endpoint: 'GET /v2/bot/message/progress/narrowcast',
      answer({ url }) {
        const { requestId } = parse(url.slice(url.indexOf('?') + 1));
        if (textOf(requestId) === '')
          return problem(400, "The value for the 'requestId' parameter is missing");
        return json(200, { phase: 'succeeded', successCount: ledger.friends().length });
      },
    },
    {
      endpoint: 'GET /v2/bot/followers/ids',
      answer: () => json(200, { userIds: ledger.friends().slice(0, 300) }),
    },
  ];
  return routes;
}

function webhookRoutes({ clock }: ProviderParts, { webhook }: ApiParts): readonly Endpoint[] {
  const path = '/v2/bot/channel/webhook';
  return [
    {
      endpoint: `GET ${path}/endpoint`,
      rate: 'endpoint',
      answer: () => json(200, { endpoint: webhook.endpoint.url, active: webhook.endpoint.active }),
    },
    {
      endpoint: `PUT ${path}/endpoint`,
      rate: 'endpoint',
      answer: withBody(({ endpoint }) => {
        const url = textOf(endpoint);
        // LINE takes https only; whoever tests on their own machine has http.
        if (!URL.canParse(url) || url.length > 500)
          return problem(400, 'Invalid webhook endpoint URL');
        webhook.endpoint.url = url;
        return json(200, {});
      }),
    },
    {
      endpoint: `POST ${path}/test`,
      rate: 'broadcast',
      async answer({ body }) {
        const { endpoint } = readJson(body) ?? {};
        const url = textOf(endpoint);
        const report = await webhook.verify(url === '' ? undefined : url);
        const timestamp = new Date(unixNow(clock)).toISOString();
        const status = report.ok ? report.response.status : Number.parseInt(report.reason, 10) || 0;
        const reason = report.ok ? 'OK' : status === 0 ? 'COULD_NOT_CONNECT' : 'ERROR_STATUS_CODE';
        const detail = report.ok ? String(status) : report.reason;
        return json(200, { success: report.ok, timestamp, statusCode: status, reason, detail });
      },
    },
  ];
}

/** OAuth's own form of errors. */
function oauthError(error: string, error_description: string): HttpResponse {
  return json(400, { error, error_description });
}

/** Every kind of token is the account's one: what it opens is the same. */
function tokenRoutes({ channel }: ProviderParts, ledger: Ledger): readonly Endpoint[] {
  const { accessToken, channelId, channelSecret } = lineAccount(channel);
  const issue = (path: string, seconds: number, isJwt: boolean, more: object = {}): Endpoint => ({
    endpoint: `POST ${path}`,
    isOpen: true,
    answer({ body }) {
      const form = parse(body.toString());
      if (form.grant_type !== 'client_credentials') {
        return oauthError('unsupported_grant_type', 'grant_type must be client_credentials');
      }
      const hasSecret = form.client_id === channelId && form.client_secret === channelSecret;
      const hasAssertion = isJwt && textOf(form.client_assertion).split('.').length === 3;
      if (!hasSecret && !hasAssertion) return oauthError('invalid_client', 'invalid client_secret');
      return json(200, {
        access_token: accessToken,
        expires_in: seconds,
        token_type: 'Bearer',
        ...more,
      });
    },
  });
  const isOurs = (token: unknown) => token === accessToken;
  const found = {
    client_id: channelId,
    expires_in: 2_591_000,
    scope: 'profile chat_message.write',
  };
  const revoke = (path: string): Endpoint => {
    return { endpoint: `POST ${path}`, isOpen: true, answer: () => respond(200) };
  };
  return [
    issue('/oauth2/v3/token', 900, true),
    issue('/oauth2/v2.1/token', 2_592_000, true, { key_id: ledger.token().slice(0, 22) }),
    issue('/v2/oauth/accessToken', 2_592_000, false),
    {
      endpoint: 'GET /oauth2/v2.1/verify',
      isOpen: true,
      answer: ({ url }) =>
        isOurs(parse(url.slice(url.indexOf('?') + 1)).access_token)
          ? json(200, found)
          : oauthError('invalid_request', 'access token expired'),
    },
    {
      endpoint: 'POST /v2/oauth/verify',
      isOpen: true,
      answer: ({ body }) =>
        isOurs(parse(body.toString()).access_token)
          ? json(200, found)
          : oauthError('invalid_request', 'access token expired'),
    },
    revoke('/oauth2/v2.1/revoke'),
    revoke('/v2/oauth/revoke'),
  ];
}
