// The errors that SQS answers with.

/** The name that an error had in SQS's older query protocol, where it was another; its HTTP status is 400 unless said. */
interface Told {
  readonly queryCode?: string;
  readonly status?: number;
}

const IN_QUERY = "AWS.SimpleQueueService.";

/** "Common error types" and the "Errors" of each action in the Amazon SQS API Reference. */
const ERRORS = {
  AccessDeniedException: { status: 403 },
  BatchEntryIdsNotDistinct: { queryCode: `${IN_QUERY}BatchEntryIdsNotDistinct` },
  BatchRequestTooLong: { queryCode: `${IN_QUERY}BatchRequestTooLong` },
  EmptyBatchRequest: { queryCode: `${IN_QUERY}EmptyBatchRequest` },
  InternalError: { status: 500 },
  InvalidAddress: { status: 404 },
  InvalidAttributeName: {},
  InvalidAttributeValue: {},
  InvalidBatchEntryId: { queryCode: `${IN_QUERY}InvalidBatchEntryId` },
  InvalidMessageContents: {},
  InvalidParameterValue: {},
  MessageNotInflight: { queryCode: `${IN_QUERY}MessageNotInflight` },
  MissingParameter: {},
  OverLimit: { status: 403 },
  PurgeQueueInProgress: { queryCode: `${IN_QUERY}PurgeQueueInProgress`, status: 403 },
  QueueDeletedRecently: { queryCode: `${IN_QUERY}QueueDeletedRecently` },
  QueueDoesNotExist: { queryCode: `${IN_QUERY}NonExistentQueue` },
  QueueNameExists: { queryCode: "QueueAlreadyExists" },
  ReceiptHandleIsInvalid: { status: 404 },
  RequestEntityTooLarge: { status: 413 },
  SerializationException: {},
  ServiceUnavailable: { status: 503 },
  TooManyEntriesInBatchRequest: { queryCode: `${IN_QUERY}TooManyEntriesInBatchRequest` },
  UnknownOperationException: {},
  UnsupportedOperation: { queryCode: `${IN_QUERY}UnsupportedOperation` },
} as const satisfies Record<string, Told>;

export type SqsErrorCode = keyof typeof ERRORS;

/** An error as SQS tells it to its clients: a code, and a sentence that says nothing about the insides. */
export class SqsError extends Error {
  override readonly name = "SqsError";
  readonly code: SqsErrorCode;

  constructor(code: SqsErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /** The HTTP status. */
  get status(): number {
    return this.#told.status ?? 400;
  }

  /** Whose fault it is: the client's, or the queue's. Clients repeat a request only for the latter. */
  get isSenderFault(): boolean {
    return this.status < 500;
  }

  /** What the query protocol calls it: the header `x-amzn-query-error` has it, and the SDK's `error.Code`. */
  get queryCode(): string {
    return this.#told.queryCode ?? this.code;
  }

  get #told(): Told {
    return ERRORS[this.code];
  }
}
