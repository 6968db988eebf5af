/**
 * The business writes first: a rep from the console, or a flow. The platform's window, its
 * templates and the customer's consent hold as for any message. The customer's answer is routed:
 * to the rep who wrote, while they are there, or as the channel routes.
 */
import { StackError } from './errors.ts';
import type { Content, SendOutcome } from './message.ts';
import type { Messenger } from './messenger.ts';
import type { Org } from './org.ts';
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';

export interface Outreach {
  /**
   * Begins a session with the customer at an address and sends the message in it. Throws
   * `StackError` for an unknown channel. A message that surely did not go leaves the session in
   * Error.
   */
  write(
    channelId: string,
    address: string,
    content: Content,
    by: lifecycle.Starter,
  ): Promise<SendOutcome>;
}

export interface OutreachParts {
  readonly channels: Org['channels'];
  readonly sessions: Sessions;
  readonly messenger: Messenger;
  /** Takes out of a rep's message what must not be sent. */
  readonly mask: (channelId: string, content: Content) => Content;
}

export function createOutreach({ channels, sessions, messenger, mask }: OutreachParts): Outreach {
  return {
    async write(channelId, address, content, by) {
      if (channels[channelId] === undefined) throw new StackError('unknownChannel', channelId);
      const thread = await sessions.open(channelId, address, (before, at) =>
        lifecycle.started(before, address, by, at),
      );
      if (thread === undefined) return IN_A_SESSION;
      const sender = { by: 'business', ...('rep' in by && { rep: by.rep }) } as const;
      const fit = 'rep' in by ? mask(channelId, content) : content;
      const outcome = await messenger.send(thread, fit, sender);
      if (!outcome.ok && outcome.definite) {
        await sessions.update(thread.key, channelId, (now, at) =>
          now.session?.id === thread.session?.id
            ? lifecycle.ended(now, 'System', at, 'Error')
            : undefined,
        );
      }
      return outcome;
    },
  };
}

const IN_A_SESSION: SendOutcome = {
  ok: false,
  failure: 'invalid',
  code: 'stack',
  detail: 'a session with this customer is open already',
  definite: true,
};
