/**
 * Customers by SMS: each writes, waits for an answer, writes again. Webhooks are repeated until
 * they are acknowledged, to any of the processes, as a platform does.
 */
import twilio from 'twilio';

export interface Webhook {
  readonly key: string;
  readonly messageId: string;
}

export interface CustomersParts {
  readonly publicUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly address: string;
  /** One of the processes. */
  readonly url: () => string;
}

export const CHANNEL = 'sms-main';
/** Messages of each customer. */
export const TURNS = 2;

export function createCustomers(parts: CustomersParts) {
  const acknowledged: Webhook[] = [];
  const statuses = new Map<number, number>();
  const said = new Map<string, number>();
  let underWay = 0;
  let people = 0;
  let stopped = false;

  const say = async (from: string): Promise<void> => {
    const turn = (said.get(from) ?? 0) + 1;
    if (turn > TURNS) return;
    said.set(from, turn);
    const messageId = `SM${from.slice(1)}${String(turn).padStart(20, '0')}`;
    const request = signed(parts, { from, messageId, text: `turn ${turn} of ${from}` });
    underWay += 1;
    while (!stopped) {
      const status = await post(parts.url() + request.path, request);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status >= 200 && status < 300) {
        acknowledged.push({ key: `${CHANNEL}:${from}`, messageId });
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    underWay -= 1;
  };
  return {
    acknowledged,
    /** Answers to webhooks by status; 0: none. */
    statuses,
    arrive(): void {
      people += 1;
      say(`+1555${String(people).padStart(7, '0')}`);
    },
    /** A rep has written: time to answer. */
    heard(to: string): void {
      if (said.has(to)) setTimeout(() => say(to), 20 + Math.random() * 100);
    },
    underWay: () => underWay,
    people: () => people,
    /** Who has not said all there is to say. */
    unfinished: () => [...said.values()].filter((turns) => turns < TURNS).length,
    stop() {
      stopped = true;
    },
  };
}

interface Said {
  readonly from: string;
  readonly messageId: string;
  readonly text: string;
}

function signed(parts: CustomersParts, { from, messageId, text }: Said) {
  const path = `/webhooks/${CHANNEL}`;
  const fields = {
    MessageSid: messageId,
    SmsMessageSid: messageId,
    AccountSid: parts.accountSid,
    From: from,
    To: parts.address,
    Body: text,
    NumMedia: '0',
    NumSegments: '1',
  };
  const url = parts.publicUrl + path;
  const signature = twilio.getExpectedTwilioSignature(parts.authToken, url, fields);
  return {
    path,
    body: new URLSearchParams(fields).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature,
    },
  };
}

/** The status of the answer; 0 when there is none. */
async function post(url: string, { body, headers }: ReturnType<typeof signed>): Promise<number> {
  try {
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(url, { method: 'POST', body, headers, signal });
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}
