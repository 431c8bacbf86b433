import { isConsoleServed } from './config/console.js'
import { geminiAddressOf } from './config/geminiAddress.js'
import type { Config } from './config/settings.js'
import type { RequestRecorder } from './console/recorder.js'
import type { Operations } from './contract/operation.js'
import type { RelayedOperationId } from './contract/types.js'
import type { Exchanges } from './http/exchange/exchange.js'
import { makeConsole } from './makeConsole.js'
import { makeBatchEmbedContents } from './operations/batchEmbedContents.js'
import { makeCancelInteraction } from './operations/cancelInteraction.js'
import { makeCountInputTokens } from './operations/countInputTokens.js'
import { makeCountMessageTokens } from './operations/countMessageTokens.js'
import { makeCountTokens } from './operations/countTokens.js'
import { makeCreateChatCompletion } from './operations/createChatCompletion.js'
import { makeCreateCompletion } from './operations/createCompletion.js'
import { makeCreateEmbedding } from './operations/createEmbedding.js'
import { makeCreateFile } from './operations/createFile.js'
import { makeCreateImage } from './operations/createImage.js'
import { makeCreateImageEdit } from './operations/createImageEdit.js'
import { makeCreateInteraction } from './operations/createInteraction.js'
import { makeCreateMessage } from './operations/createMessage.js'
import { makeCreateResponse } from './operations/createResponse.js'
import { makeCreateSpeech } from './operations/createSpeech.js'
import { makeCreateTranscription } from './operations/createTranscription.js'
import { makeDeleteFile } from './operations/deleteFile.js'
import { makeDeleteInteraction } from './operations/deleteInteraction.js'
import { makeDeleteResponse } from './operations/deleteResponse.js'
import { makeDownloadFile } from './operations/downloadFile.js'
import { makeEmbedContent } from './operations/embedContent.js'
import { makeGenerateContent } from './operations/generateContent.js'
import { makeGetChatCompletion } from './operations/getChatCompletion.js'
import { makeGetDocs } from './operations/getDocs.js'
import { makeGetDocsAsset } from './operations/getDocsAsset.js'
import { makeGetFavicon } from './operations/getFavicon.js'
import { makeGetHealth } from './operations/getHealth.js'
import { makeGetInteraction } from './operations/getInteraction.js'
import { getLiveness } from './operations/getLiveness.js'
import { type MetricsText, makeGetMetrics } from './operations/getMetrics.js'
import { makeGetOpenApi } from './operations/getOpenApi.js'
import { makeGetResponse } from './operations/getResponse.js'
import { makeGetRoot } from './operations/getRoot.js'
import { makeListFiles } from './operations/listFiles.js'
import { makeListGoogleModels } from './operations/listGoogleModels.js'
import { makeListModels } from './operations/listModels.js'
import { makeRetrieveFile } from './operations/retrieveFile.js'
import { makeRetrieveGoogleModel } from './operations/retrieveGoogleModel.js'
import { makeRetrieveModel } from './operations/retrieveModel.js'
import { makeStreamGenerateContent } from './operations/streamGenerateContent.js'
import type { Seals } from './responses/sealing.js'
import { makeResumableStreams } from './resume/resume.js'
import type { ResumeStore } from './resume/resumeStore.js'
import { makeStoredResponses } from './resume/storedResponses.js'
import { CHAT_FORMAT } from './sse/chatFormat.js'
import { RESPONSES_FORMAT } from './sse/responsesFormat.js'
import { makePageFiles } from './stores/pageFiles.js'
import type { Stores } from './stores/stores.js'
import type { Relay } from './upstream/relay.js'
import type { Upstream } from './upstream/upstream.js'

/** The version, the API contract and the web pages, as the build provides them. */
export interface BuildParts {
  readonly version: string
  /** Loads the OpenAPI 3.1 document that GET /openapi.json returns. */
  readonly readPublishedContract: () => Promise<object>
  /** Folder with the files of the docs page. */
  readonly docsFolder: string
  /** Folder with the files of the console page. */
  readonly consoleFolder: string
}

/** Dependencies of {@link makeOperations}. */
export interface OperationParts extends BuildParts {
  readonly config: Config
  readonly upstream: Upstream
  readonly seals: Seals
  readonly stores: Stores
  readonly streams: ResumeStore
  readonly metrics: MetricsText
  readonly exchanges: Exchanges
  readonly recorder: RequestRecorder | undefined
  /** Returns the base URL at which this server can call itself: `http://127.0.0.1:9000`. */
  readonly origin: () => string
}

const FEATURES = [
  'chat',
  'stream',
  'models',
  'embeddings',
  'metrics',
  'resume',
  'responses',
  'messages',
  'completions',
  'images',
  'audio',
  'files',
]

/** Makes the handlers of all API operations. The compiler reports a missing handler. */
export function makeOperations(parts: OperationParts): Operations {
  const { config, stores, seals, streams, metrics, exchanges, version } = parts
  const { gemini, embeddings, models, files, relay, keyStates } = parts.upstream
  const { firstEventPatienceMs, authTokens, streamResume: mode } = config
  const startedAt = performance.now()
  const uptimeSeconds = (): number => (performance.now() - startedAt) / 1000
  const features = isConsoleServed(config) ? [...FEATURES, 'console'] : FEATURES
  const resumeParts = { mode, store: streams, firstEventPatienceMs }
  const resume = makeResumableStreams({ ...resumeParts, format: CHAT_FORMAT, notFound: 'stream_not_found' })
  const responseResume = makeResumableStreams({ ...resumeParts, format: RESPONSES_FORMAT, notFound: 'response_not_found' })
  const stored = makeStoredResponses(stores.responses, mode !== 'off')
  const { upstream } = geminiAddressOf(config)
  const responseParts = { upstream, gemini, models, stored, seals }
  const imageParts = { upstream, gemini, models, firstEventPatienceMs }
  const docs = makePageFiles(parts.docsFolder)
  return {
    createChatCompletion: makeCreateChatCompletion({ gemini, models, resume, firstEventPatienceMs }),
    createCompletion: makeCreateCompletion({ gemini, models, firstEventPatienceMs }),
    getChatCompletion: makeGetChatCompletion(resume),
    createResponse: makeCreateResponse({ ...responseParts, resume: responseResume, firstEventPatienceMs, now: Date.now }),
    countInputTokens: makeCountInputTokens(responseParts),
    getResponse: makeGetResponse(stored, responseResume),
    deleteResponse: makeDeleteResponse(stored, responseResume),
    createMessage: makeCreateMessage({ ...responseParts, firstEventPatienceMs }),
    countMessageTokens: makeCountMessageTokens(responseParts),
    createImage: makeCreateImage(imageParts),
    createImageEdit: makeCreateImageEdit(imageParts),
    createSpeech: makeCreateSpeech({ ...responseParts, firstEventPatienceMs }),
    createTranscription: makeCreateTranscription({ ...responseParts, firstEventPatienceMs }),
    createEmbedding: makeCreateEmbedding(embeddings, models),
    createFile: makeCreateFile(files),
    listFiles: makeListFiles(files),
    retrieveFile: makeRetrieveFile(files),
    deleteFile: makeDeleteFile(files),
    downloadFile: makeDownloadFile(upstream),
    listModels: makeListModels(models),
    retrieveModel: makeRetrieveModel(models),
    ...makeGoogleOperations(relay),
    getHealth: makeGetHealth({
      version,
      models,
      features,
      isAuthRequired: authTokens !== undefined,
      uptimeSeconds,
      inFlight: () => exchanges.count(),
      keyStates,
    }),
    getLiveness,
    getMetrics: makeGetMetrics(metrics),
    getOpenApi: makeGetOpenApi(parts.readPublishedContract),
    getDocs: makeGetDocs(docs),
    getDocsAsset: makeGetDocsAsset(docs),
    getRoot: makeGetRoot({ version, isConsoleServed: isConsoleServed(config) }),
    getFavicon: makeGetFavicon(),
    ...makeConsole({ ...parts, features, uptimeSeconds }),
  }
}

/** Makes the handlers of Google's native API (`/v1beta`), which relay requests to Gemini. */
const makeGoogleOperations = (relay: Relay): Pick<Operations, RelayedOperationId> => ({
  listGoogleModels: makeListGoogleModels(relay),
  retrieveGoogleModel: makeRetrieveGoogleModel(relay),
  generateContent: makeGenerateContent(relay),
  streamGenerateContent: makeStreamGenerateContent(relay),
  countTokens: makeCountTokens(relay),
  embedContent: makeEmbedContent(relay),
  batchEmbedContents: makeBatchEmbedContents(relay),
  createInteraction: makeCreateInteraction(relay.interactions),
  getInteraction: makeGetInteraction(relay.interactions),
  cancelInteraction: makeCancelInteraction(relay.interactions),
  deleteInteraction: makeDeleteInteraction(relay.interactions),
})
