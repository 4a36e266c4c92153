// Stands in for `@aws-sdk/client-sqs` in the lab: the SDK itself is some hundred files, and the lab needs
// no more of it than the names. A command is what it asks for; who answers is the lab's client.

/** What a client is asked to do. */
class Command {
  readonly input: object;

  constructor(input: object = {}) {
    this.input = input;
  }
}

export class AddPermissionCommand extends Command {}
export class CancelMessageMoveTaskCommand extends Command {}
export class ChangeMessageVisibilityBatchCommand extends Command {}
export class ChangeMessageVisibilityCommand extends Command {}
export class CreateQueueCommand extends Command {}
export class DeleteMessageBatchCommand extends Command {}
export class DeleteMessageCommand extends Command {}
export class DeleteQueueCommand extends Command {}
export class GetQueueAttributesCommand extends Command {}
export class GetQueueUrlCommand extends Command {}
export class ListDeadLetterSourceQueuesCommand extends Command {}
export class ListMessageMoveTasksCommand extends Command {}
export class ListQueuesCommand extends Command {}
export class ListQueueTagsCommand extends Command {}
export class PurgeQueueCommand extends Command {}
export class ReceiveMessageCommand extends Command {}
export class RemovePermissionCommand extends Command {}
export class SendMessageBatchCommand extends Command {}
export class SendMessageCommand extends Command {}
export class SetQueueAttributesCommand extends Command {}
export class StartMessageMoveTaskCommand extends Command {}
export class TagQueueCommand extends Command {}
export class UntagQueueCommand extends Command {}

/** A client that somebody else has to give the answers to: there is no network in the lab. */
export class SQSClient {
  readonly config: object;

  constructor(config: object = {}) {
    this.config = config;
  }

  async send(command: Command, _options?: object): Promise<object> {
    const { name } = command.constructor;
    throw new Error(`There is no network in the lab. Send the ${name} with the client that you are given.`);
  }

  destroy(): void {}
}

/** The client with a method for each command: `sqs.receiveMessage({ … })`. */
export class SQS extends SQSClient {
  readonly addPermission = method(this, AddPermissionCommand);
  readonly cancelMessageMoveTask = method(this, CancelMessageMoveTaskCommand);
  readonly changeMessageVisibility = method(this, ChangeMessageVisibilityCommand);
  readonly changeMessageVisibilityBatch = method(this, ChangeMessageVisibilityBatchCommand);
  readonly createQueue = method(this, CreateQueueCommand);
  readonly deleteMessage = method(this, DeleteMessageCommand);
  readonly deleteMessageBatch = method(this, DeleteMessageBatchCommand);
  readonly deleteQueue = method(this, DeleteQueueCommand);
  readonly getQueueAttributes = method(this, GetQueueAttributesCommand);
  readonly getQueueUrl = method(this, GetQueueUrlCommand);
  readonly listDeadLetterSourceQueues = method(this, ListDeadLetterSourceQueuesCommand);
  readonly listMessageMoveTasks = method(this, ListMessageMoveTasksCommand);
  readonly listQueues = method(this, ListQueuesCommand);
  readonly listQueueTags = method(this, ListQueueTagsCommand);
  readonly purgeQueue = method(this, PurgeQueueCommand);
  readonly receiveMessage = method(this, ReceiveMessageCommand);
  readonly removePermission = method(this, RemovePermissionCommand);
  readonly sendMessage = method(this, SendMessageCommand);
  readonly sendMessageBatch = method(this, SendMessageBatchCommand);
  readonly setQueueAttributes = method(this, SetQueueAttributesCommand);
  readonly startMessageMoveTask = method(this, StartMessageMoveTaskCommand);
  readonly tagQueue = method(this, TagQueueCommand);
  readonly untagQueue = method(this, UntagQueueCommand);
}

function method(client: SQSClient, CommandClass: new (input?: object) => Command) {
  return (input?: object, options?: object): Promise<object> => client.send(new CommandClass(input), options);
}

/** The parts of an error's options that a subclass does not know by itself. */
interface Told {
  readonly message?: string;
  readonly $metadata?: object;
}

interface ToldInFull extends Told {
  readonly name: string;
  readonly $fault: "client" | "server";
}

/** What SQS refuses, or fails at. */
export class SQSServiceException extends Error {
  readonly $fault: "client" | "server";
  readonly $metadata: object;

  constructor({ name, message = name, $fault, $metadata = {} }: ToldInFull) {
    super(message);
    this.name = name;
    this.$fault = $fault;
    this.$metadata = $metadata;
  }
}

/** The class of one error: it is always the client's fault, and only its message is open. */
function errorOf(name: string): new (told: Told) => SQSServiceException {
  return class extends SQSServiceException {
    constructor(told: Told) {
      super({ ...told, name, $fault: "client" });
    }
  };
}

export const BatchEntryIdsNotDistinct = errorOf("BatchEntryIdsNotDistinct");
export const BatchRequestTooLong = errorOf("BatchRequestTooLong");
export const EmptyBatchRequest = errorOf("EmptyBatchRequest");
export const InvalidAddress = errorOf("InvalidAddress");
export const InvalidAttributeName = errorOf("InvalidAttributeName");
export const InvalidAttributeValue = errorOf("InvalidAttributeValue");
export const InvalidBatchEntryId = errorOf("InvalidBatchEntryId");
export const InvalidIdFormat = errorOf("InvalidIdFormat");
export const InvalidMessageContents = errorOf("InvalidMessageContents");
export const InvalidSecurity = errorOf("InvalidSecurity");
export const KmsAccessDenied = errorOf("KmsAccessDenied");
export const KmsDisabled = errorOf("KmsDisabled");
export const KmsInvalidKeyUsage = errorOf("KmsInvalidKeyUsage");
export const KmsInvalidState = errorOf("KmsInvalidState");
export const KmsNotFound = errorOf("KmsNotFound");
export const KmsOptInRequired = errorOf("KmsOptInRequired");
export const KmsThrottled = errorOf("KmsThrottled");
export const MessageNotInflight = errorOf("MessageNotInflight");
export const OverLimit = errorOf("OverLimit");
export const PurgeQueueInProgress = errorOf("PurgeQueueInProgress");
export const QueueDeletedRecently = errorOf("QueueDeletedRecently");
export const QueueDoesNotExist = errorOf("QueueDoesNotExist");
export const QueueNameExists = errorOf("QueueNameExists");
export const ReceiptHandleIsInvalid = errorOf("ReceiptHandleIsInvalid");
export const RequestThrottled = errorOf("RequestThrottled");
export const ResourceNotFoundException = errorOf("ResourceNotFoundException");
export const TooManyEntriesInBatchRequest = errorOf("TooManyEntriesInBatchRequest");
export const UnsupportedOperation = errorOf("UnsupportedOperation");

/** An object in which each name stands for itself. */
function named<Name extends string>(...names: Name[]): { readonly [N in Name]: N } {
  return Object.fromEntries(names.map((name) => [name, name])) as { [N in Name]: N };
}

export const MessageSystemAttributeName = named(
  "All",
  "ApproximateFirstReceiveTimestamp",
  "ApproximateReceiveCount",
  "AWSTraceHeader",
  "DeadLetterQueueSourceArn",
  "MessageDeduplicationId",
  "MessageGroupId",
  "SenderId",
  "SentTimestamp",
  "SequenceNumber",
);

export const MessageSystemAttributeNameForSends = named("AWSTraceHeader");

export const QueueAttributeName = named(
  "All",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
  "ContentBasedDeduplication",
  "CreatedTimestamp",
  "DeduplicationScope",
  "DelaySeconds",
  "FifoQueue",
  "FifoThroughputLimit",
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "LastModifiedTimestamp",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "Policy",
  "QueueArn",
  "ReceiveMessageWaitTimeSeconds",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
  "VisibilityTimeout",
);
