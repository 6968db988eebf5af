/**
 * The port of a mock platform: an HTTP API on one side, customers' phones on the other.
 * One provider serves one configured channel's account, in virtual and in real time alike.
 */
import type { HttpHandler } from '../src/http.ts';
import type { Content } from '../src/message.ts';
import type { Channel } from '../src/org.ts';
import type { Clock, Transport } from '../src/ports.ts';

/** What a provider is built from. It never asks the machine for time, chance or sockets. */
export interface ProviderParts {
  /** The configured channel this provider serves, and its name in the org file. */
  readonly channelId: string;
  readonly channel: Channel;
  readonly clock: Clock;
  /** Carries webhooks to the stack. */
  readonly transport: Transport;
  /** Where the stack listens for this channel, e.g. `http://127.0.0.1:8080/webhooks/sms-main`. */
  readonly webhookUrl: string;
  /** Where this provider itself is reached, for absolute links (media). */
  readonly publicUrl: string;
  /** A number in [0, 1), keyed: the same key gives the same number, whoever asks in what order. */
  readonly random: (purpose: string, id: number) => number;
  /** Of the platform between taking a message and each report on it. Drawn by message number. */
  readonly delays: ProviderDelays;
  /** For how long updates are put together into one webhook; 0: each by itself. */
  readonly batchMs: () => number;
}

/** Milliseconds, each drawn by the message's number. */
export interface ProviderDelays {
  /** From the customer's send to the webhook's departure. */
  inboundMs(message: number): number;
  /** From the API's answer to the customer's phone. */
  deliveryMs(message: number): number;
  /** From the phone's receipt to the customer's reading it; `undefined`: not read. */
  readMs(message: number): number | undefined;
}

/** A message as it reaches a customer's phone. */
export interface PhoneMessage {
  readonly messageId: string;
  readonly content: Content;
  /** The platform's own answer (to STOP, say), not something the stack sent. */
  readonly byPlatform?: boolean;
}

/** How the platform took a customer's message: the stack's answer to the webhook. */
export type SendReport =
  | { readonly ok: true; readonly messageId: string }
  | { readonly ok: false; readonly reason: string };

/** A customer's phone (or app) on this platform. */
export interface Phone {
  /** Sends; resolves when the stack has acknowledged the webhook, or the platform gave up. */
  send(content: Content): Promise<SendReport>;
  /** Begins or ceases to write, on platforms that tell. */
  typing?(on: boolean): Promise<void>;
  /** Ends the conversation, on platforms that can say so; absent on those that can't. */
  leave?(): Promise<void>;
  /** Nobody listens at this address any more; messages to it still arrive on the handset. */
  disconnect(): void;
}

/** A mock platform. */
export interface Provider {
  /** The public API, as the stack or any SDK calls it. */
  readonly handle: HttpHandler;
  /** `POST /v2/bot/message/push` and so on: all that `handle` serves. */
  readonly endpoints: readonly string[];
  /** By the platform's names: all that it may tell the stack. */
  readonly events: readonly string[];
  /** Connects a customer by their address on this platform. */
  connect(address: string, name: string, onMessage: (message: PhoneMessage) => void): Phone;
  /** The address of the n-th simulated customer, in the platform's own form. */
  addressOf(n: number): string;
  /** Asks the webhook's address whether it is one, on platforms that do. */
  verify?(): Promise<SendVerdict>;
  /** Real time only: opens what else the platform listens on beside HTTP; 0: any free port. */
  listen?(port?: number): Promise<Listening>;
}

/** Whether the stack answered as the platform expects. */
export type SendVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** An open socket of a platform, other than its HTTP API. */
export interface Listening {
  /** What it is, for people: `Pub/Sub API (gRPC over TLS)`. */
  readonly name: string;
  /** `localhost:7443` */
  readonly address: string;
  /** In PEM, for clients that check it, where it speaks TLS. */
  readonly certificate?: string;
  close(): Promise<void>;
}
