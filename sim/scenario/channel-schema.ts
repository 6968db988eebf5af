/** The shape of a messaging channel in an org file. */
import * as z from 'zod';
import { CHANNEL_KINDS, type WiredChannel } from '../../src/channels/index.ts';
import { name, named, section, someTime, text } from './fields.ts';

const WIRED_CHANNELS = Object.keys(CHANNEL_KINDS) as WiredChannel[];

const words = (example: string) => z.array(text.meta({ examples: [example] }));

const optOut = words('stop').describe('Whole messages, any case, by which a customer opts out.');
const optIn = words('start').describe('Whole messages, any case, by which a customer opts in.');
const doubleOptIn = words('yes')
  .exactOptional()
  .describe('By which an opt-in is confirmed, with consent DoubleOptIn.');
const help = words('help').describe('Whole messages, any case, that ask for help.');
const end = words('bye').describe(
  'Custom keywords: whole messages, any case, by which a customer ends the session.',
);
const custom = z
  .record(text, text)
  .exactOptional()
  .describe('Further custom keywords, each with what is answered.');

const keywords = section({
  optOut: optOut.prefault(['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit']),
  optIn: optIn.prefault(['start', 'unstop']),
  doubleOptIn,
  help: help.prefault(['help']),
  end: end.prefault([]),
  custom,
});

const autoResponses = section({
  initial: text.exactOptional().describe('Acknowledges a new session (InitialResponse).'),
  agentEngaged: text.exactOptional().describe('A rep has accepted (AgentEngagedResponse).'),
  agentEnd: text.exactOptional().describe('The rep ended it (AgentEndEngagementResponse).'),
  endUserInactive: text
    .exactOptional()
    .describe('The session went inactive for want of an answer (EndUserInactiveResponse).'),
  endUserIdle: text
    .exactOptional()
    .describe('The session was ended for want of an answer (EndUserIdleResponse).'),
  optInPrompt: text.exactOptional().describe('How to opt in (OptInPrompt).'),
  doubleOptInPrompt: text.exactOptional().describe('How to confirm it (DoubleOptInPrompt).'),
  optInConfirmation: text
    .exactOptional()
    .describe('After an opt-in. On SMS the platform itself confirms; leave it out there.'),
  optOutConfirmation: text
    .exactOptional()
    .describe('After an opt-out. On SMS the platform itself confirms; leave it out there.'),
  help: text
    .exactOptional()
    .describe('After a help keyword. On SMS the platform itself answers; leave it out there.'),
  reroute: text.exactOptional().describe('The rep passed the session on (RerouteResponse).'),
  routingUnavailable: text
    .exactOptional()
    .describe('A limit of the org kept it out of every queue (RoutingUnavailableResponse).'),
  outsideBusinessHours: text.exactOptional().describe('To who writes outside of businessHours.'),
});

const language = section({
  keywords: section({
    optOut: optOut.exactOptional(),
    optIn: optIn.exactOptional(),
    doubleOptIn,
    help: help.exactOptional(),
    end: end.exactOptional(),
    custom,
  })
    .prefault({})
    .describe('Words of this language, beside the usual ones.'),
  autoResponses: autoResponses.prefault({}).describe('Responses in it; absent ones are as usual.'),
}).describe('A language: of who uses one of its keywords, or has it as attribute `language`.');

const inactivity = section({
  idleTimeout: someTime.describe(
    "From the rep's first message after the customer's last one (endUserIdleTimeOut).",
  ),
  action: z
    .enum(['Inactivate', 'End', 'InactivateAndEnd'])
    .prefault('Inactivate')
    .describe('What becomes of the session (endUserIdleAction).'),
  endInactiveAfter: someTime
    .exactOptional()
    .describe('From inactive to ended (endInactiveSessionTimeOut). Absent: 24h.'),
  repMessageResets: z
    .boolean()
    .prefault(false)
    .describe('Every message of the rep starts it again (isAgentMessageResetInactivityEnabled).'),
})
  .transform(({ idleTimeout: idleMs, endInactiveAfter, ...rest }) => ({
    ...rest,
    idleMs,
    ...(endInactiveAfter !== undefined && { endsAfterMs: endInactiveAfter }),
  }))
  .describe('The customer-inactivity timer of web, byoc and byoc-ccaas channels.');

export const channel = section({
  type: z
    .enum([...WIRED_CHANNELS, 'direct'])
    .describe('The platform. `direct` has no wire format and needs `wire: false`.'),
  address: text
    .meta({ examples: ['+15005550006', '15550783881'] })
    .describe(
      "The business's own address on the platform; a number for sms and whatsapp. Quote it.",
    ),
  queue: name.default('').describe('Where its sessions go, or fall back to (sessionHandlerQueue).'),
  flow: name.exactOptional().describe('The flow that routes its sessions (sessionHandlerFlow).'),
  rep: name
    .exactOptional()
    .describe('The rep its sessions go to while they are there (sessionHandlerUser).'),
  serviceChannel: name
    .exactOptional()
    .describe('One of serviceChannels. Absent: the built-in one for messaging sessions.'),
  account: z
    .record(z.string(), z.string())
    .prefault({})
    .describe("The platform's account and secrets, as text. Absent: the mock provider's own."),
  limits: z
    .record(z.string(), z.number().min(0))
    .prefault({})
    .meta({ examples: [{ replyWindowMs: 86400000 }, { messagesPerSecond: 1000 }] })
    .describe(
      "The platform's documented limits, where this channel's are others; names say units.",
    ),
  indicators: z
    .array(z.enum(['typing', 'read']))
    .prefault([])
    .describe('What customers are shown beside messages, where the platform can: [typing, read].'),
  consent: z
    .enum(['ImplicitOptIn', 'ExplicitOptIn', 'DoubleOptIn'])
    .exactOptional()
    .describe('What customers must have agreed to before they are served. Absent: implicit.'),
  languages: named(language).exactOptional().describe('Further languages by name, such as fr.'),
  inactivity: inactivity.exactOptional(),
  businessHours: name
    .exactOptional()
    .describe('One of businessHours: outside of them no session begins.'),
  keywords: keywords.prefault({}).describe('Words that do something by themselves.'),
  autoResponses: autoResponses
    .prefault({})
    .describe('What is sent by itself, and when. Absent ones are not sent.'),
}).describe('A MessagingChannel.');
