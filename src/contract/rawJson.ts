// Not a Buffer: the console page imports this file, too, and browsers have no Buffer.
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * A JSON body that is relayed unchanged. It is not parsed when it arrives: numbers, the order of
 * members and unknown fields reach Google unchanged, and large media cost no time.
 */
export class RawJson {
  constructor(readonly bytes: Uint8Array) {}

  /** Parses the body. @throws {SyntaxError} if it is not JSON */
  parse(): unknown {
    return JSON.parse(UTF8.decode(this.bytes))
  }
}

/** Google's methods of models, such as `/v1beta/models/{model}:countTokens`. */
export const GOOGLE_MODEL_METHODS = [
  'generateContent',
  'streamGenerateContent',
  'countTokens',
  'embedContent',
  'batchEmbedContents',
] as const

/** The operations whose request bodies are {@link RawJson}. */
export const RAW_BODY_OPERATIONS = [...GOOGLE_MODEL_METHODS, 'createInteraction', 'cancelInteraction'] as const

/** The only operation of {@link RAW_BODY_OPERATIONS} that accepts an empty body. */
export const OPTIONAL_BODY_OPERATION: RawBodyOperationId = 'cancelInteraction'

/** The id of one of {@link RAW_BODY_OPERATIONS}. */
export type RawBodyOperationId = (typeof RAW_BODY_OPERATIONS)[number]
