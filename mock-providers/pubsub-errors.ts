/**
 * What the Pub/Sub API refuses and how: codes from its guide (Handle Errors), statuses and texts as
 * seen in clients' logs where there are any. Those marked are guesses: neither was found.
 */

/** A gRPC status, and what goes with it into the trailing metadata as `error-code`. */
export class PubSubError extends Error {
  override readonly name = 'PubSubError';
  readonly status: Status;
  readonly code: string;

  constructor([status, suffix]: readonly [Status, string], text: string) {
    super(text);
    this.status = status;
    this.code = `sfdc.platform.eventbus.grpc.${suffix}`;
  }
}

/** By gRPC's names. */
export type Status =
  | 'CANCELLED'
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED';

export const REFUSAL = {
  /** A guess as to the status. */
  headers: () =>
    new PubSubError(
      ['UNAUTHENTICATED', 'service.auth.headers.invalid'],
      'The authentication headers are not valid. Provide accesstoken, instanceurl and tenantid.',
    ),
  auth: () =>
    new PubSubError(
      ['UNAUTHENTICATED', 'service.auth.error'],
      'An authentication exception occurred. Provide valid authentication via metadata headers.',
    ),
  noTopic: () =>
    new PubSubError(
      ['INVALID_ARGUMENT', 'topic.validation.empty'],
      "Topic validation failed. The topic name can't be blank.",
    ),
  noPublishTopic: () =>
    new PubSubError(
      ['INVALID_ARGUMENT', 'publish.topic.validation.empty'],
      "Topic validation failed. The topic name can't be blank.",
    ),
  unknownTopic: (topic: string, tenant: string) =>
    new PubSubError(
      ['NOT_FOUND', 'topic.not.found'],
      `The topic information for org ${tenant} and topic ${topic} not found. ` +
        'Ensure the topic name is correct and that the topic exists.',
    ),
  noSchema: () =>
    new PubSubError(
      ['INVALID_ARGUMENT', 'schema.validation.failed'],
      "Schema validation failed. The schema ID can't be blank.",
    ),
  /** A guess as to the status. */
  unknownSchema: (schema: string, tenant: string) =>
    new PubSubError(
      ['PERMISSION_DENIED', 'schema.meta.permission'],
      `An error occurred while getting the schema ${schema} for org ${tenant}. ` +
        'Ensure the credentials and schema ID are correct.',
    ),
  nothingRequested: () =>
    new PubSubError(
      ['INVALID_ARGUMENT', 'subscription.fetch.requested.events.invalid'],
      'The number of requested events must be greater than 0.',
    ),
  fetchTopicChanged: () =>
    new PubSubError(
      ['INVALID_ARGUMENT', 'subscription.fetch.topic.mismatch'],
      'The topic name differs from that of the first request of this stream.',
    ),
  noReplayId: () =>
    new PubSubError(
      ['INVALID_ARGUMENT', 'subscription.fetch.replayid.validation.failed'],
      'The Replay ID validation failed. A replay preset of CUSTOM needs a replay_id.',
    ),
  badReplayId: () =>
    new PubSubError(
      ['INVALID_ARGUMENT', 'subscription.fetch.replayid.corrupted'],
      'The Replay ID validation failed. Ensure that the replay_id field value in FetchRequest ' +
        'is valid and refers to an event that is within the retention window.',
    ),
  nothingToPublish: () =>
    new PubSubError(
      ['INVALID_ARGUMENT', 'publish.event.count.invalid'],
      'The publish request contains no events.',
    ),
  publishTopicChanged: () =>
    new PubSubError(
      ['INVALID_ARGUMENT', 'publish.topic.mismatch'],
      'The topic name differs from that of the first request of this stream.',
    ),
  publishSilence: (seconds: number) =>
    new PubSubError(
      ['CANCELLED', 'publish.stream.sweeper.timeout'],
      'No publish request was received during the timeout period of ' +
        `${seconds.toLocaleString('en')} seconds. The publish stream timed out.`,
    ),
} as const;
