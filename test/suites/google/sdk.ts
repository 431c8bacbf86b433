import { FC_CREDENTIALS } from '../../support/canaries.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { load } from '../protocols/packages.js'

/** A whole answer, or one event of a stream, of Google's SDK: the members that the tests read. */
export interface SdkAnswer {
  readonly text?: string
  readonly functionCalls?: readonly { readonly name: string; readonly args: object }[]
  readonly usageMetadata?: { readonly totalTokenCount?: number }
  readonly modelVersion?: string
}

/** An interaction of Google's SDK: the members that the tests read. */
export interface Interaction {
  readonly id: string
  readonly status: string
  readonly output_text?: string
  readonly usage?: { readonly total_tokens?: number }
  readonly steps?: readonly { readonly type: string; readonly id?: string; readonly name?: string; readonly arguments?: object }[]
}

/** An event in the stream of an interaction. */
export interface InteractionEvent {
  readonly event_type: string
  readonly event_id?: string
  readonly interaction?: Interaction
  readonly delta?: { readonly text?: string }
  readonly error?: { readonly code?: string; readonly message?: string }
}

/** The members of Google's SDK that the tests use. The SDK and its types may not be installed. */
export interface GoogleSdk {
  readonly models: {
    generateContent(params: object): Promise<SdkAnswer>
    generateContentStream(params: object): Promise<AsyncIterable<SdkAnswer>>
    countTokens(params: object): Promise<{ readonly totalTokens?: number }>
    embedContent(params: object): Promise<{ readonly embeddings?: readonly { readonly values?: readonly number[] }[] }>
    list(params?: object): Promise<AsyncIterable<{ readonly name?: string }> & { readonly page: readonly object[] }>
    get(params: object): Promise<{ readonly name?: string }>
  }
  readonly interactions: {
    create(params: object): Promise<Interaction & AsyncIterable<InteractionEvent>>
    get(id: string, params?: object): Promise<Interaction & AsyncIterable<InteractionEvent>>
    cancel(id: string): Promise<Interaction>
    delete(id: string): Promise<unknown>
  }
  readonly chats: {
    create(params: object): {
      sendMessage(params: object): Promise<SdkAnswer>
      sendMessageStream(params: object): Promise<AsyncIterable<SdkAnswer>>
    }
  }
}

interface Package {
  readonly GoogleGenAI: new (options: object) => GoogleSdk
}

/** Makes a client of Google's SDK for a proxy. @param options - further `httpOptions` */
export async function googleSdk({ origin }: ProxyUnderTest, options: object = {}, apiKey = TOKEN): Promise<GoogleSdk> {
  const { GoogleGenAI } = await load<Package>('@google/genai', 'dist/node/index.mjs')
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl: origin, headers: { ...FC_CREDENTIALS }, ...options } })
}
