/**
 * Full conversations with signed wire both ways and receipts, in virtual time, beside a bare loop
 * that only stringifies, signs, verifies and parses as many messages. `node bench/wire.ts [n]`
 */
import { createHmac } from 'node:crypto';
import querystring from 'node:querystring';
import type { Plan } from '../sim/plan.ts';
import { runPlan } from '../sim/run.ts';
import { loadPlan } from '../sim/scenario.ts';
import { inTurn, seconds, show } from './stopwatch.ts';

const conversations = Number(process.argv[2] ?? 5000);
const plan = ofSize(loadPlan('bench/wire.yaml'), conversations);
let messagesEach = 0;

async function rehearsal(): Promise<number> {
  let messages = 0;
  const took = await seconds(async () => {
    const { result, failure } = await runPlan(plan, { clock: 'virtual' });
    if (failure !== undefined) throw failure;
    const { webhooks, apiCalls, webhookErrors, apiErrors, webhookRefusals } = result.counts;
    if (webhookErrors + apiErrors + webhookRefusals > 0) throw new Error('something went wrong');
    messages = webhooks + apiCalls;
    messagesEach = messages / result.conversations.completed;
  });
  return messages / took;
}

/** Half the messages as Twilio's forms, half as Meta's JSON: made, signed, verified and parsed. */
async function bareLoop(): Promise<number> {
  const count = conversations * 10;
  const took = await seconds(() => {
    for (let i = 0; i < count; i += 1) (i % 2 === 0 ? formMessage : jsonMessage)(i);
  });
  return count / took;
}

const FORM = {
  MessageSid: 'SM0123456789abcdef0123456789abcdef',
  SmsSid: 'SM0123456789abcdef0123456789abcdef',
  AccountSid: 'AC0123456789abcdef0123456789abcdef',
  From: '+12005550000',
  To: '+15005550006',
  Body: 'Hi, where is my order?',
  NumMedia: '0',
  NumSegments: '1',
  SmsStatus: 'received',
  ApiVersion: '2010-04-01',
};

function formMessage(i: number): void {
  const body = Buffer.from(querystring.stringify({ ...FORM, From: `+1200555${i}` }));
  const signature = signForm(querystring.parse(body.toString()));
  const parsed = querystring.parse(body.toString());
  if (signForm(parsed) !== signature) throw new Error('forged');
}

function signForm(form: querystring.ParsedUrlQuery): string {
  let data = 'http://stack.test/webhooks/sms-main';
  for (const name of Object.keys(form).sort()) data += name + form[name];
  return createHmac('sha1', 'token').update(data).digest('base64');
}

function jsonMessage(i: number): void {
  const message = { from: `1200555${i}`, id: `wamid.${i}`, timestamp: '1767600000', type: 'text' };
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
    contacts: [{ profile: { name: 'Customer' }, wa_id: `1200555${i}` }],
    messages: [{ ...message, text: { body: 'Hi, where is my order?' } }],
  };
  const entry = [{ id: '102290129340398', changes: [{ field: 'messages', value }] }];
  const body = Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry }));
  const signature = createHmac('sha256', 'secret').update(body).digest('hex');
  if (createHmac('sha256', 'secret').update(body).digest('hex') !== signature) {
    throw new Error('forged');
  }
  JSON.parse(body.toString());
}

/** The plan, stretched to so many conversations at its own rate. */
function ofSize(base: Plan, count: number): Plan {
  const arrivals = base.arrivals.map((arrival) => ({
    ...arrival,
    stages: arrival.stages.map((stage) => ({ ...stage, forMs: count / stage.from })),
  }));
  return { ...base, arrivals, lastsMs: arrivals[0]?.stages[0]?.forMs ?? 0 };
}

const figures = await inTurn(5, { rehearsal, bareLoop });
show('wire messages per conversation', messagesEach.toFixed(1));
show('wire messages/s, median of 5: whole stack and platforms', figures.rehearsal);
show('wire messages/s, median of 5: bare loop', figures.bareLoop);
show('ratio', (figures.rehearsal / figures.bareLoop).toFixed(2));
show('conversations/s', figures.rehearsal / messagesEach);
