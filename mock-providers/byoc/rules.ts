/**
 * What the Interaction Service finds wrong with a partner's call, by the codes of ERRORCODES.md
 * (salesforce-misc/interaction-service-apis). The codes are Salesforce's; which HTTP status goes
 * with which is not documented, so those are ours, and so are the words. It answers nothing else.
 */

import type { BYOC_LIMITS } from '../../src/channels/byoc/limits.ts';
import type { ErrorJson } from '../../src/channels/byoc/wire.ts';
import { type Json, listOf, numberOf, recordOf, textOf } from '../../src/channels/json.ts';
import type { Part } from '../../src/channels/multipart.ts';
import { type HttpResponse, json } from '../../src/http.ts';

/** By code: HTTP status, and what it says. */
export const PROBLEMS = {
  500: [500, 'An internal server error occurred.'],
  10003: [401, 'The access token lacks the required scope interaction_api.'],
  10004: [401, 'The supplied Authorization access token is not valid.'],
  10005: [403, 'The AuthorizationContext is not valid for the supplied access token.'],
  10008: [413, 'The file is larger than 25 MB.'],
  10009: [400, 'The file is empty or does not exist.'],
  10010: [400, 'The interaction contentLength field is empty.'],
  10011: [400, 'AttachmentInteractions and attachment files do not match in number.'],
  10012: [400, 'Enter a valid workItemId for the MessagingSession ID.'],
  10013: [400, 'Enter either a capacityPercentage or a capacityWeight, but not both.'],
  10014: [400, 'Enter a capacity weight of 0 or more.'],
  10015: [400, 'Enter a capacity percentage from 0 to 100.'],
  10016: [400, 'Enter a valid header.'],
  10017: [404, 'The channelAddressIdentifier provided does not exist.'],
  10018: [404, 'The conversation identifier is not valid.'],
  10020: [400, 'The endUserClientId provided is not valid.'],
  10021: [400, 'Enter a valid Consent Status Enum value.'],
  10022: [400, 'The Consent Owner of the channel is not set to Partner.'],
  10023: [400, 'Consent cannot be updated where SupportsKeywords of the channel is true.'],
  10024: [400, 'Routing by flow needs a flow ID and a fallback queue ID.'],
  10027: [400, 'The provided "to" field is not valid.'],
  10028: [400, 'The provided "from" field is not valid.'],
  10029: [400, 'The provided interaction list is not valid.'],
  10030: [400, 'Specify either a flow or a queue.'],
  10032: [400, 'Specified Queue ID is invalid.'],
  10033: [400, 'A routing result that is a success has no error message.'],
  10034: [400, 'Error message missing when routing result false.'],
  10037: [400, 'The AppType provided is not supported.'],
  10038: [400, 'The Participant Role provided is not supported.'],
  10039: [400, 'Add participants to your conversation.'],
  10042: [400, 'Include one end user participant in the conversation.'],
  10043: [400, 'Specify a Chatbot or EndUser role for all participants.'],
  10044: [400, 'Include only one end user participant in the conversation.'],
  10045: [400, 'Provide a valid message entry format.'],
  10046: [400, 'Invalid clientTimestamp: it is outside the allowed time frame.'],
  10047: [400, 'Specified Message Type is invalid.'],
  10048: [400, 'Specified Format Type is invalid.'],
  10049: [400, 'Specified Message Type and Format Type combination is invalid.'],
  10050: [400, 'Specified custom integration is invalid.'],
  10051: [400, 'The file size (in bytes) of uploaded attachment is incorrect.'],
  10053: [400, 'The "participants" field is either invalid or empty.'],
  10054: [400, 'Invalid subject of participant in conversation request.'],
  10057: [403, 'Only Bring Your Own Channel for CCaaS has the ConversationHistory API.'],
  10058: [400, 'Customer Error occurred.'],
  10059: [400, 'Interaction ID or Message ID is empty.'],
  10060: [400, 'Interaction ID and Message ID are mismatched.'],
  10062: [400, 'End users send StaticContent, ChoicesResponse and FormResponse messages only.'],
  10065: [400, 'Conversations with end users have no leftTime.'],
  10066: [400, 'leftTime is required for chatbots.'],
  10067: [400, 'Specify a joinedTime that is earlier than the leftTime.'],
  10068: [400, 'The message is not from one of the participants.'],
  10072: [404, 'Specify a valid session ID.'],
  10073: [400, 'Provide a unique ID for each message entry.'],
  10078: [400, 'A parameter of the payload is invalid.'],
  10082: [404, 'Invalid workId.'],
  10083: [400, 'Invalid context type.'],
  10084: [400, 'Invalid botId.'],
  10085: [400, 'Invalid status.'],
  10089: [400, 'Invalid parameters passed to API.'],
  10090: [400, 'The startTime provided is invalid.'],
  10091: [400, 'Provide an endTime that is after the startTime.'],
  10092: [400, 'Provide a limit within the allowed range.'],
  10093: [400, 'Invalid authorization context type.'],
  10094: [504, 'A downstream service timed out. Please try again later.'],
  10095: [400, 'The MIME type of the uploaded file cannot be determined.'],
  10097: [400, 'Please provide a valid operation.'],
  10100: [400, 'A request body is required and cannot be empty.'],
  10101: [400, 'We found duplicate participants.'],
  10102: [400, 'Invalid operation type value for POST messaging session request.'],
  10103: [400, 'Invalid operationBy value for POST messaging session.'],
  10106: [400, 'Messaging Session ID is missing for Inactivate Messaging Session API.'],
  15102: [403, 'To use this API, enable Contact Center as a Service.'],
  15103: [400, 'The Messaging End User is not fully opted in.'],
  15104: [403, 'Messaging channel is not linked to any Contact Center.'],
  15105: [403, 'To use this API, add Partner Messaging to the user.'],
  15106: [400, 'Invalid User Id parameter.'],
  15107: [400, 'Enter a conversationId that matches the one linked to the workItemId.'],
  15109: [409, 'There is an active AgentWork record of the same UserId and WorkItemId.'],
  15111: [404, 'The workItemId for the MessagingSession ID was not found.'],
  15112: [400, 'The status of the agent is not associated with the channel for this work.'],
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** The service's answer to what can't be done. */
export function problem(code: ProblemCode): HttpResponse {
  const [status, message] = PROBLEMS[code];
  return json(status, { message, code } satisfies ErrorJson);
}

/** The same where the schema wraps it: consent and capabilities. */
export function wrapped(code: ProblemCode): HttpResponse {
  const [status, message] = PROBLEMS[code];
  return json(status, { success: false, errorDetail: { message, code } });
}

/** An interaction that may be taken: an entry or a file. */
export interface Checked {
  readonly from: string;
  readonly id: string;
  /** Unix ms, by the partner's clock. */
  readonly sentMs: number;
  readonly entry?: Json;
  readonly file?: CheckedFile;
}

export interface CheckedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly body: Buffer;
}

type Limits = { readonly [K in keyof typeof BYOC_LIMITS]: number };

/** An interaction for the channel at `address`, or the code of what is wrong with it. */
export function checkInteractions(
  request: Json,
  files: readonly Part[],
  address: string,
  limits: Limits,
): Checked | ProblemCode {
  const [to, from] = [textOf(request.to), textOf(request.from)];
  if (to === '' || to.length > limits.to) return 10027;
  if (to !== address) return 10017;
  if (from === '' || from.length > limits.from) return 10028;
  const [interaction, ...more] = listOf(request.interactions);
  if (interaction === undefined || more.length > 0) return 10029;
  if (!isTime(interaction.timestamp)) return 10029;
  const common = { from, sentMs: numberOf(interaction.timestamp) ?? 0 };
  if (interaction.interactionType === 'AttachmentInteraction') {
    const file = checkFile(interaction, files, limits);
    return typeof file === 'number' ? file : { ...common, id: textOf(interaction.id), file };
  }
  if (interaction.interactionType !== 'EntryInteraction') return 10029;
  if (files.length > 0) return 10011;
  const entry = recordOf(interaction.payload);
  return checkEntry(entry) ?? { ...common, id: textOf(entry.id), entry };
}

/** The one file that goes with what is said of it. */
export function checkFile(
  about: Json,
  files: readonly Part[],
  limits: Pick<Limits, 'attachmentBytes'>,
): CheckedFile | ProblemCode {
  const [file] = files;
  if (file === undefined || files.length > 1) return 10011;
  if (textOf(about.id) === '') return 10059;
  if (about.contentLength === undefined) return 10010;
  if (numberOf(about.attachmentIndex) !== 0) return 10011;
  const { body, filename: name = 'file' } = file;
  if (body.length === 0) return 10009;
  if (body.length > limits.attachmentBytes) return 10008;
  if (numberOf(about.contentLength) !== body.length) return 10051;
  const mimeType = mimeTypeOf(file);
  return mimeType === undefined ? 10095 : { name, mimeType, body };
}

/** As the part says, else as the file's name does. */
function mimeTypeOf({ contentType, filename = '' }: Part): string | undefined {
  if (contentType !== '' && contentType !== 'application/octet-stream') return contentType;
  return MIME_TYPES.get(/\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? '');
}

const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['gif', 'image/gif'],
  ['mp4', 'video/mp4'],
  ['mp3', 'audio/mpeg'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['doc', 'application/msword'],
]);

function checkEntry(entry: Json): ProblemCode | undefined {
  const type = textOf(entry.entryType);
  const isTyping = type === 'TypingStartedIndicator' || type === 'TypingStoppedIndicator';
  if (type !== 'Message' && !isTyping && type !== 'MessageDeliveryFailed') return 10029;
  if (textOf(entry.id) === '') return 10059;
  if (isTyping) return isTime(entry.timestamp) ? undefined : 10029;
  if (type === 'Message') return checkMessage(recordOf(entry.abstractMessage), textOf(entry.id));
  const { appType, role } = recordOf(entry.recipient);
  if (appType !== 'custom') return 10037;
  if (role !== 'EndUser') return 10038;
  return textOf(entry.errorCode) === '' ? 10089 : undefined;
}

/** What may be wrong with a message of an end user. */
export function checkMessage(message: Json, entryId: string): ProblemCode | undefined {
  const id = textOf(message.id);
  if (id === '') return 10059;
  if (id !== entryId) return 10060;
  const part = PARTS.get(message.messageType);
  if (part === undefined) return 10062;
  const [name, formats] = part;
  const content = recordOf(message[name]);
  const list = formats.get(content.formatType);
  if (list === undefined) return 10048;
  const value = content[list];
  return typeof value === 'string' || listOf(value).length > 0 ? undefined : 10045;
}

/** By message type: the field it is in and, by format, what that must hold. */
const PARTS: ReadonlyMap<unknown, readonly [string, ReadonlyMap<unknown, string>]> = new Map([
  [
    'StaticContentMessage',
    [
      'staticContent',
      new Map([
        ['Text', 'text'],
        ['Links', 'links'],
        ['Attachments', 'attachments'],
        ['ExperienceType', 'values'],
      ]),
    ],
  ],
  ['ChoicesResponseMessage', ['choicesResponse', new Map([['Selections', 'selectedOptions']])]],
  ['FormResponseMessage', ['formResponse', new Map([['Inputs', 'inputValues']])]],
]);

/** What may be wrong with what a partner registers. */
export function checkCapabilities(capabilities: Json): ProblemCode | undefined {
  if (capabilities.appType !== 'custom') return 10037;
  const channels = listOf(capabilities.channelCapabilities);
  if (channels.length === 0) return 10089;
  for (const { customIntegration, messageTypeCapabilities } of channels) {
    const integration = recordOf(customIntegration).customIntegrationType;
    if (customIntegration !== undefined && !INTEGRATIONS.has(integration)) return 10050;
    const types = listOf(messageTypeCapabilities);
    if (types.length === 0) return 10047;
    for (const { messageType, formatTypeCapabilities } of types) {
      const formats = CAPABILITIES.get(messageType);
      if (formats === undefined) return 10047;
      for (const { formatType } of listOf(formatTypeCapabilities)) {
        if (!ALL_FORMATS.has(textOf(formatType))) return 10048;
        if (!formats.includes(textOf(formatType))) return 10049;
      }
    }
  }
  return undefined;
}

const INTEGRATIONS: ReadonlySet<unknown> = new Set([
  'CustomChannelIntegration',
  'CustomBotIntegration',
]);

const CAPABILITIES: ReadonlyMap<unknown, readonly string[]> = new Map([
  [
    'StaticContentMessage',
    'Text Links Attachments ExperienceType Media RichLink WebView Application'.split(' '),
  ],
  ['ChoicesMessage', 'Buttons QuickReplies Carousel ListPicker TimePicker'.split(' ')],
  ['FormMessage', ['Inputs']],
]);
const ALL_FORMATS: ReadonlySet<string> = new Set([...CAPABILITIES.values()].flat());

/** Unix ms. */
export function isTime(value: unknown): boolean {
  return Number.isInteger(numberOf(value));
}
