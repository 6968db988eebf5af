/**
 * The shape of an org file: what an admin sets up. Also the source of `org.schema.json`.
 * Whether its names refer to anything is `references.ts`; whether it can work, `check-org.ts`.
 */
import * as z from 'zod';
import { CHANNEL_KINDS, type WiredChannel } from '../../src/channels/index.ts';
import { name, named, nonEmpty, section, someTime, text } from './fields.ts';

const WIRED_CHANNELS = Object.keys(CHANNEL_KINDS) as WiredChannel[];

const words = (example: string) => z.array(text.meta({ examples: [example] }));

const keywords = section({
  optOut: words('stop')
    .prefault(['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit'])
    .describe('Whole messages, any case, by which a customer opts out.'),
  optIn: words('start')
    .prefault(['start', 'unstop'])
    .describe('Whole messages, any case, by which a customer opts in again.'),
  help: words('help').prefault(['help']).describe('Whole messages, any case, that ask for help.'),
  end: words('bye')
    .prefault([])
    .describe('Custom keywords: whole messages, any case, by which a customer ends the session.'),
});

const autoResponses = section({
  initial: text.exactOptional().describe('Acknowledges a new session (InitialResponse).'),
  agentEngaged: text.exactOptional().describe('A rep has accepted (AgentEngagedResponse).'),
  agentEnd: text.exactOptional().describe('The rep ended it (AgentEndEngagementResponse).'),
  optOutConfirmation: text
    .exactOptional()
    .describe('After an opt-out. On SMS the platform itself confirms; leave it out there.'),
  optInConfirmation: text
    .exactOptional()
    .describe('After an opt-in. On SMS the platform itself confirms; leave it out there.'),
  help: text
    .exactOptional()
    .describe('After a help keyword. On SMS the platform itself answers; leave it out there.'),
});

const channel = section({
  type: z
    .enum([...WIRED_CHANNELS, 'direct'])
    .describe('The platform. `direct` has no wire format and needs `wire: false`.'),
  address: text
    .meta({ examples: ['+15005550006', '15550783881'] })
    .describe(
      "The business's own address on the platform; a number for sms and whatsapp. Quote it.",
    ),
  queue: name.describe('The queue its sessions are routed to (sessionHandlerQueue).'),
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
  keywords: keywords.prefault({}).describe('Words that do something by themselves.'),
  autoResponses: autoResponses
    .prefault({})
    .describe('What is sent by itself, and when. Absent ones are not sent.'),
}).describe('A MessagingChannel.');

const queue = section({
  routingConfig: name
    .exactOptional()
    .describe('One of routingConfigs. Without one, nothing in the queue is ever routed.'),
}).describe('A queue. Its members are the reps that name it.');

const routingConfig = section({
  routingModel: z
    .enum(['LEAST_ACTIVE', 'MOST_AVAILABLE'])
    .prefault('LEAST_ACTIVE')
    .describe('Who gets work first: the rep with the least open work, or the most free capacity.'),
  routingPriority: z.int().min(0).prefault(1).describe('Lower goes first; 0 is the highest.'),
  capacityWeight: z
    .number()
    .positive()
    .prefault(1)
    .describe('Units of capacity one conversation takes.'),
  pushTimeout: someTime
    .exactOptional()
    .describe('How long a push rings before it goes to the next rep. Absent: for ever.'),
}).describe('A QueueRoutingConfig.');

const presenceConfig = section({
  capacity: z.number().positive().describe('Units of work a rep may hold at a time.'),
  statusOnPushTimeout: name
    .exactOptional()
    .describe('The presence status after a push timed out. Absent: the status is kept.'),
  statusOnDecline: name
    .exactOptional()
    .describe('The presence status after a declined push. Absent: the status is kept.'),
}).describe('A PresenceUserConfig.');

const presenceStatus = section({
  online: z.boolean().describe('True: work is routed to the rep. False: a busy status.'),
}).describe('A ServicePresenceStatus.');

const repSetup = section({
  count: z
    .int()
    .min(1)
    .max(100_000)
    .prefault(1)
    .describe('How many reps this stands for: named <name>-1 and so on if more than one.'),
  queues: z.array(name).min(1).describe('The queues they are members of.'),
  presenceConfig: name.describe('One of presenceConfigs.'),
}).describe('A rep, or a pool of reps that are alike.');

export const orgSchema = section({
  org: name.describe("The org's name."),
  channels: nonEmpty(named(channel), 'channel').describe('Messaging channels by id.'),
  queues: nonEmpty(named(queue), 'queue').describe('Queues by name.'),
  routingConfigs: named(routingConfig).describe('Routing configurations by name.'),
  presenceConfigs: named(presenceConfig).describe('Presence configurations by name.'),
  presenceStatuses: named(presenceStatus)
    .prefault({ Available: { online: true }, Busy: { online: false } })
    .describe('Presence statuses by name.'),
  reps: nonEmpty(named(repSetup), 'rep').describe('Reps and pools of reps by name.'),
}).meta({ title: 'Rehearsal org', description: 'What an admin sets up, as a scenario uses it.' });

export type OrgFile = z.output<typeof orgSchema>;
