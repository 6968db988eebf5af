/**
 * Apple's calls to the MSP: a customer's message or sign of life, in gzip, with a token of the
 * moment. Apple is not known to try again. It does not decide when to call.
 */
import { gzipSync } from 'node:zlib';
import { APPLE_LIMITS } from '../../src/channels/apple/limits.ts';
import { createTokenMaker } from '../../src/channels/apple/signature.ts';
import { appleAccount, type MessageBase, type MessageJson } from '../../src/channels/apple/wire.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { unixNow } from '../../src/clock/unix-now.ts';
import type { HttpRequest } from '../../src/http.ts';
import { type CallReport, call } from '../calls.ts';
import type { ProviderParts } from '../provider.ts';

/** A message, less what is the same in all of a customer's. */
export type Said = Less<MessageJson>;

type Less<M> = M extends MessageJson ? Omit<M, keyof MessageBase> : never;

export interface Webhook {
  /** Resolves when the MSP has taken it, or no try is left. */
  message(customer: string, id: string, said: Said): Promise<CallReport>;
}

export function createWebhook(parts: ProviderParts): Webhook {
  const { channel, clock } = parts;
  const { account } = channel;
  const limits = limitsOf(channel, APPLE_LIMITS);
  const tokenAt = createTokenMaker(appleAccount(channel), 'fromApple');
  const url = `${parts.webhookUrl}/message`;
  const { locale, intent, group } = account;
  const constant = {
    ...(locale === undefined ? {} : { locale }),
    ...(intent === undefined ? {} : { intent }),
    ...(group === undefined ? {} : { group }),
  };
  const headers = {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'destination-id': channel.address,
    'capability-list': account.capabilities ?? 'QUICK,LIST,TIME,FORM',
    'device-agent': account.deviceAgent ?? 'iPhone OS',
    accept: '*/*',
  };
  return {
    message(customer, id, said) {
      const ends = { sourceId: customer, destinationId: channel.address };
      const message: MessageJson = { v: 1, id, ...ends, ...constant, ...said };
      const request: HttpRequest = {
        method: 'POST',
        url,
        headers: {
          ...headers,
          authorization: `Bearer ${tokenAt(unixNow(clock))}`,
          id,
          'source-id': customer,
        },
        body: gzipSync(JSON.stringify(message)),
      };
      return call(parts, request, {
        timeoutMs: limits.webhookTimeoutMs,
        takes: ({ status }) => status >= 200 && status < 300,
        retryAfterMs: (retry) =>
          retry <= limits.webhookRetries
            ? limits.webhookRetryAfterMs * 2 ** (retry - 1)
            : undefined,
      });
    },
  };
}
