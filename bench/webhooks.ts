/**
 * Signed webhooks for the benches, one text message each, every one from another customer: what
 * Twilio and Meta send, and what a receiver who does the least must do with it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import querystring from 'node:querystring';
import { loadPlan } from '../sim/scenario.ts';
import { sign as signForm } from '../src/channels/sms/signature.ts';
import { smsAccount } from '../src/channels/sms/wire.ts';
import { sign as signBody } from '../src/channels/whatsapp/signature.ts';
import { whatsappAccount } from '../src/channels/whatsapp/wire.ts';
import type { Channel } from '../src/org.ts';

export interface SignedWebhook {
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Webhooks {
  readonly channelId: string;
  readonly channel: Channel;
  /** The message of customer number `i`, signed for this address. */
  make(i: number, url: string): SignedWebhook;
  /** HMAC and parse, and nothing else. */
  check(body: Buffer, headers: IncomingHttpHeaders, url: string): boolean;
}

export const { org: ORG } = loadPlan('bench/wire.yaml');
const TEXT = 'Hi, where is my order?';

export type Kind = 'sms' | 'whatsapp';

export const WEBHOOKS: Readonly<Record<Kind, Webhooks>> = {
  sms: smsWebhooks(channelOf('sms-main')),
  whatsapp: whatsappWebhooks(channelOf('whatsapp-main')),
};

function channelOf(channelId: string): Channel {
  const channel = ORG.channels[channelId];
  if (channel === undefined) throw new Error(`bench/wire-org.yaml has no ${channelId}`);
  return channel;
}

/** Twilio: a form, HMAC-SHA1 over the address and the sorted fields. */
function smsWebhooks(channel: Channel): Webhooks {
  const { authToken, accountSid: AccountSid } = smsAccount(channel);
  const fixed = { AccountSid, To: channel.address, Body: TEXT, NumMedia: '0', NumSegments: '1' };
  return {
    ...{ channelId: 'sms-main', channel },
    make(i, url) {
      const ids = { From: `+1${2005550000 + i}`, MessageSid: `SM${String(i).padStart(32, '0')}` };
      const form = { ...fixed, ...ids, SmsStatus: 'received', ApiVersion: '2010-04-01' };
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signForm(authToken, url, form),
      };
      return { headers, body: querystring.stringify(form) };
    },
    check(body, headers, url) {
      const form = querystring.parse(body.toString());
      let data = url;
      for (const name of Object.keys(form).sort()) data += name + form[name];
      const expected = createHmac('sha1', authToken).update(data).digest();
      return isSame(expected, Buffer.from(String(headers['x-twilio-signature']), 'base64'));
    },
  };
}

/** Meta: JSON, HMAC-SHA256 over the body. */
function whatsappWebhooks(channel: Channel): Webhooks {
  const { appSecret, wabaId: id, phoneNumberId: phone_number_id } = whatsappAccount(channel);
  const metadata = { display_phone_number: channel.address, phone_number_id };
  return {
    ...{ channelId: 'whatsapp-main', channel },
    make(i) {
      const from = String(12005550000 + i);
      const user_id = `US.${from}`;
      const contacts = [{ profile: { name: 'Ada' }, wa_id: from, user_id }];
      const ids = { from, from_user_id: user_id, id: `wamid.${i}`, timestamp: '1767600000' };
      const messages = [{ ...ids, type: 'text', text: { body: TEXT } }];
      const value = { messaging_product: 'whatsapp', metadata, contacts, messages };
      const entry = [{ id, changes: [{ value, field: 'messages' }] }];
      const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
      const signature = signBody(appSecret, Buffer.from(body));
      const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
      return { headers, body };
    },
    check(body, headers) {
      const expected = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
      const given = Buffer.from(String(headers['x-hub-signature-256']));
      const isGenuine = isSame(Buffer.from(expected), given);
      return JSON.parse(body.toString()) !== null && isGenuine;
    },
  };
}

function isSame(expected: Buffer, given: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
