/**
 * The shape of an org file: what an admin sets up. Also the source of `org.schema.json`.
 * Whether its names refer to anything is `references.ts`; whether it can work, `check-org.ts`; what
 * may be left out only where a target takes the stack's place, `check-stack.ts`.
 */
import * as z from 'zod';
import { whyNoPattern } from '../../src/sensitive-data.ts';
import { channel } from './channel-schema.ts';
import { name, named, nonEmpty, percentage, section, someTime, text } from './fields.ts';
import { businessHoursSchema, flowSchema, skillRequirement } from './flow-schema.ts';

const queue = section({
  routingConfig: name
    .exactOptional()
    .describe('One of routingConfigs. Without one, nothing in the queue is ever routed.'),
}).describe('A queue. Its members are the reps that name it.');

const units = z.number().positive();
const overflow = text
  .exactOptional()
  .describe("Who gets what the org's limits keep out of the queue. Used for nothing else.");

const routingConfig = section({
  routingModel: z
    .enum(['LEAST_ACTIVE', 'MOST_AVAILABLE', 'EXTERNAL_ROUTING'])
    .prefault('LEAST_ACTIVE')
    .describe(
      'Who gets work first: the rep with the least open work, or the most free capacity; or a ' +
        'partner decides.',
    ),
  routingPriority: z.int().min(0).prefault(1).describe('Lower goes first; 0 is the highest.'),
  capacityWeight: units.exactOptional().describe('Units of capacity one work item takes: 1.'),
  capacityPercentage: percentage
    .exactOptional()
    .describe("Instead of units: the share of a rep's capacity one work item takes."),
  capacityType: z
    .enum(['INHERITED', 'INTERRUPTIBLE', 'NOT_INTERRUPTIBLE'])
    .exactOptional()
    .describe('Which pool of capacity it takes. Absent: as the service channel has it.'),
  pausedCapacityWeight: z
    .number()
    .min(0)
    .exactOptional()
    .describe('Units it takes while paused; status-based capacity only.'),
  pausedCapacityPercentage: percentage
    .exactOptional()
    .describe('The share it takes while paused; status-based capacity only.'),
  pushTimeout: someTime
    .exactOptional()
    .describe('How long a push rings before it goes to the next rep. Absent: for ever.'),
  skills: z
    .array(skillRequirement)
    .min(1)
    .exactOptional()
    .describe('What is asked for in its queues: they are routed by skills, not by membership.'),
  dropAdditionalSkillsTimeout: someTime
    .exactOptional()
    .describe('After this, each group of additional skills in turn is dropped. Absent: never.'),
  queueOverflowAssignee: overflow,
  userOverflowAssignee: overflow,
  partner: name
    .exactOptional()
    .describe(
      'With EXTERNAL_ROUTING: who decides, one of routingPartners. Absent: the partner of a ' +
        'byoc-ccaas channel with `routingOwner: Partner`.',
    ),
})
  .superRefine(({ capacityWeight, capacityPercentage, routingModel, partner }, context) => {
    const wrong = (message: string, path: string) =>
      context.addIssue({ code: 'custom', message, path: [path] });
    if (capacityWeight !== undefined && capacityPercentage !== undefined) {
      wrong('goes without capacityWeight: one or the other', 'capacityPercentage');
    }
    if (routingModel !== 'EXTERNAL_ROUTING' && partner !== undefined) {
      wrong('goes with routingModel EXTERNAL_ROUTING', 'partner');
    }
  })
  .describe('A QueueRoutingConfig.');

const seconds = (least: number, most: number) =>
  someTime.refine((ms) => ms >= least * 1000 && ms <= most * 1000, {
    error: `expected a time from ${least}s to ${most}s`,
  });

const afterConversationWork = section({
  maxTime: seconds(10, 3600).describe('How long it lasts at most (afterConvoWorkMaxTime).'),
  extension: seconds(10, 3600).exactOptional().describe('What an extension adds.'),
  maxExtensions: z.int().min(1).max(10).prefault(1).describe('How many extensions there may be.'),
}).describe('After-conversation work: a rep is kept from new work for that long.');

const serviceChannel = section({
  relatedEntity: text
    .prefault('MessagingSession')
    .describe('The object whose records it routes, by its API name.'),
  capacityModel: z
    .enum(['TAB_BASED', 'STATUS_BASED'])
    .prefault('TAB_BASED')
    .describe("Whether capacity is held until the tab is closed, or by the record's status."),
  isInterruptible: z.boolean().prefault(false).describe('Takes the interruptible pool.'),
  hasAutoAcceptEnabled: z.boolean().prefault(false).describe('Pushes are accepted by themselves.'),
  doesCheckCapOnOwnerChange: z
    .boolean()
    .prefault(false)
    .describe('Given to a rep by hand, work waits for room.'),
  doesCheckCapOnStatusChange: z
    .boolean()
    .prefault(false)
    .describe('Opened again, work waits for room.'),
  afterConversationWork: afterConversationWork.exactOptional(),
  secondaryRoutingPriority: section({
    attribute: text.describe('The customer attribute that decides.'),
    values: z
      .record(text, z.int().min(0))
      .describe('Its values and their priorities; lower first.'),
  })
    .exactOptional()
    .describe('Orders work of the same routing priority.'),
}).describe('A ServiceChannel.');

const presenceConfig = section({
  capacity: units.describe('Units of work a rep may hold at a time.'),
  interruptibleCapacity: units
    .exactOptional()
    .describe('Units of interruptible work beside it. Absent: as many.'),
  enableAutoAccept: z.boolean().exactOptional().describe('Pushes are accepted by themselves.'),
  enableDecline: z.boolean().exactOptional().describe('Reps may decline. Absent: yes.'),
  declineReasons: z.array(text).min(1).exactOptional().describe('The reasons they may give.'),
  statusOnPushTimeout: name
    .exactOptional()
    .describe('The presence status after a push timed out. Absent: the status is kept.'),
  statusOnDecline: name
    .exactOptional()
    .describe('The presence status after a declined push. Absent: the status is kept.'),
  afterConversationWork: afterConversationWork.exactOptional(),
})
  .refine(({ enableAutoAccept, enableDecline }) => !(enableAutoAccept && enableDecline), {
    error: 'enableAutoAccept and enableDecline exclude each other',
  })
  .describe('A PresenceUserConfig.');

const presenceStatus = section({
  online: z
    .boolean()
    .exactOptional()
    .describe('True: online for all service channels. False: a busy status.'),
  channels: z
    .array(name)
    .exactOptional()
    .describe('Instead: the service channels it is online for. None: a busy status.'),
})
  .refine(({ online, channels }) => (online === undefined) !== (channels === undefined), {
    error: 'needs either online or channels',
  })
  .describe('A ServicePresenceStatus.');

const repSetup = section({
  count: z
    .int()
    .min(1)
    .max(100_000)
    .prefault(1)
    .describe('How many reps this stands for: named <name>-1 and so on if more than one.'),
  queues: z.array(name).prefault([]).describe('The queues they are members of.'),
  presenceConfig: name.describe('One of presenceConfigs.'),
  skills: z
    .record(name, z.number().min(0).max(10))
    .exactOptional()
    .describe('What they are skilled in, with levels from 0 to 10.'),
  presenceStatuses: z
    .array(name)
    .exactOptional()
    .describe('The presence statuses they are granted. Absent: all.'),
}).describe('A rep, or a pool of reps that are alike.');

const bot = section({
  maxSessions: z.int().min(1).exactOptional().describe('Sessions at a time. Absent: any number.'),
}).describe('A bot or Agentforce agent that takes sessions first.');

const routingPartner = section({
  token: text.prefault('partner-token').describe('By which the partner proves itself.'),
}).describe('Who decides instead of Omni-Channel, over HTTP.');

const omni = section({
  tieBreak: z
    .enum(['longestSincePush', 'random', 'name'])
    .exactOptional()
    .describe('Who gets it of reps alike for the routing model: longestSincePush.'),
  maxWaitingItems: z.int().min(0).exactOptional().describe('Work items waiting: 300000.'),
  maxItemsPerHour: z.int().min(0).exactOptional().describe('Queued in any one hour: 45000.'),
  disconnectGrace: someTime
    .exactOptional()
    .describe('How long a lost connection is waited for: 60s.'),
  queueSizeLag: someTime
    .exactOptional()
    .describe('How old the queue size is that flows see. Absent: it is true.'),
}).describe('Settings of Omni-Channel, org limits, and what the documents leave open.');

const sensitiveDataRule = section({
  pattern: text
    .superRefine((pattern, context) => {
      const wrong = whyNoPattern(pattern);
      if (wrong !== undefined) context.addIssue({ code: 'custom', message: wrong });
    })
    .describe('A regular expression of RE2: it minds case, and has no look-arounds.'),
  action: z
    .enum(['Replace', 'Remove'])
    .prefault('Replace')
    .describe('What becomes of what it finds.'),
  replacement: text.prefault('*****').describe('With Replace: what stands in its place.'),
  enforceOn: z
    .array(z.enum(['rep', 'visitor', 'supervisor']))
    .min(1)
    .prefault(['rep', 'visitor', 'supervisor'])
    .describe('In whose messages.'),
  priority: z.int().min(0).prefault(0).describe('Lower first.'),
}).describe('A sensitive-data rule (LiveChatSensitiveDataRule), for plain text.');

export const orgSchema = section({
  org: name.describe("The org's name."),
  channels: nonEmpty(named(channel), 'channel').describe('Messaging channels by id.'),
  queues: nonEmpty(named(queue), 'queue').default({}).describe('Queues by name.'),
  routingConfigs: named(routingConfig).default({}).describe('Routing configurations by name.'),
  presenceConfigs: named(presenceConfig).default({}).describe('Presence configurations by name.'),
  presenceStatuses: named(presenceStatus)
    .prefault({ Available: { online: true }, Busy: { online: false } })
    .describe('Presence statuses by name.'),
  serviceChannels: named(serviceChannel).prefault({}).describe('Service channels by name.'),
  flows: named(flowSchema).prefault({}).describe('Omni-Channel flows by name.'),
  bots: named(bot).prefault({}).describe('Bots by name.'),
  businessHours: named(businessHoursSchema).prefault({}).describe('Business hours by name.'),
  routingPartners: named(routingPartner).prefault({}).describe('External routers by name.'),
  sensitiveData: named(sensitiveDataRule)
    .prefault({})
    .describe('What is taken out of messages before they are stored or shown, by rule.'),
  omni: omni.prefault({}).describe('Settings of Omni-Channel, and limits of the org.'),
  reps: nonEmpty(named(repSetup), 'rep').default({}).describe('Reps and pools of reps by name.'),
}).meta({ title: 'Rehearsal org', description: 'What an admin sets up, as a scenario uses it.' });

export type OrgFile = z.output<typeof orgSchema>;
