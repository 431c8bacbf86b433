import { list, looseOneOf, map, message, type NativeFields, oneOf } from './kinds.js'
import { SCHEMA, TOOL_CONFIG_FIELDS, TOOL_FIELDS } from './toolFields.js'

const BLOB = message({ mimeType: 'STRING', data: 'BYTES' })
const FILE_DATA = message({ mimeType: 'STRING', fileUri: 'STRING' })
const TIMES = message({ startOffset: 'STRING', endOffset: 'STRING' })

/** The fields that a part may have in addition to inline data or a file. */
const MEDIA_OPTIONS: NativeFields = {
  videoMetadata: message({ startOffset: 'STRING', endOffset: 'STRING', fps: 'FLOAT' }),
  mediaResolution: message({
    level: oneOf(
      'PartMediaResolutionLevel',
      'MEDIA_RESOLUTION_UNSPECIFIED MEDIA_RESOLUTION_LOW MEDIA_RESOLUTION_MEDIUM MEDIA_RESOLUTION_HIGH MEDIA_RESOLUTION_ULTRA_HIGH',
    ),
    numTokens: 'INT32',
  }),
  mediaProcessing: oneOf('MediaProcessing', 'STATIC AGENTIC'),
  documentMetadata: message({ startPage: 'INT32', endPage: 'INT32', contentLayers: list('STRING') }),
  spreadsheetMetadata: 'STRUCT',
  audioMetadata: TIMES,
}

const TOOL_TYPE = oneOf('ToolType', 'GOOGLE_SEARCH_WEB GOOGLE_SEARCH_IMAGE URL_CONTEXT GOOGLE_MAPS FILE_SEARCH MEDIA_PROCESSING')

const PART = message({
  text: 'STRING',
  inlineData: BLOB,
  fileData: FILE_DATA,
  functionCall: message({ id: 'STRING', name: 'STRING', args: 'STRUCT' }),
  functionResponse: message({
    id: 'STRING',
    name: 'STRING',
    response: 'STRUCT',
    parts: list(
      message({ inlineData: message({ mimeType: 'STRING', data: 'BYTES', displayName: 'STRING' }), fileData: FILE_DATA, ...MEDIA_OPTIONS }),
    ),
    willContinue: 'BOOL',
    scheduling: 'STRING',
  }),
  executableCode: message({ language: oneOf('Language', 'LANGUAGE_UNSPECIFIED PYTHON'), code: 'STRING', id: 'STRING' }),
  codeExecutionResult: message({
    outcome: oneOf('Outcome', 'OUTCOME_UNSPECIFIED OUTCOME_OK OUTCOME_FAILED OUTCOME_DEADLINE_EXCEEDED'),
    output: 'STRING',
    id: 'STRING',
  }),
  toolCall: message({ toolType: TOOL_TYPE, args: 'STRUCT', id: 'STRING' }),
  toolResponse: message({ toolType: TOOL_TYPE, response: 'STRUCT', id: 'STRING' }),
  thought: 'BOOL',
  thoughtSignature: 'BYTES',
  partMetadata: 'STRUCT',
  speechMetadata: message({ speaker: 'STRING', style: 'STRING' }),
  ...MEDIA_OPTIONS,
})

/** The members of a part of which exactly one may be set. */
export const PART_DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const

export const CONTENT = message({ role: 'STRING', parts: list(PART) })

const VOICE = message({ prebuiltVoiceConfig: message({ voiceName: 'STRING' }), voice: 'STRING' })

const GENERATION_CONFIG = message({
  maxOutputTokens: 'INT32',
  temperature: 'FLOAT',
  topP: 'FLOAT',
  topK: 'INT32',
  candidateCount: 'INT32',
  stopSequences: list('STRING'),
  seed: 'INT32',
  presencePenalty: 'FLOAT',
  frequencyPenalty: 'FLOAT',
  responseLogprobs: 'BOOL',
  logprobs: 'INT32',
  responseMimeType: 'STRING',
  responseSchema: SCHEMA,
  responseJsonSchema: 'ANY',
  responseModalities: list(oneOf('Modality', 'MODALITY_UNSPECIFIED TEXT IMAGE AUDIO')),
  imageConfig: message({ aspectRatio: 'STRING', imageSize: 'STRING' }),
  speechConfig: message({
    voiceConfig: VOICE,
    multiSpeakerVoiceConfig: message({ speakerVoiceConfigs: list(message({ speaker: 'STRING', voiceConfig: VOICE })) }),
    languageCode: 'STRING',
  }),
  responseFormat: message({
    audio: message({ mimeType: oneOf('AudioMimeType', 'AUDIO_WAV AUDIO_L16 AUDIO_MULAW AUDIO_ALAW') }),
  }),
  thinkingConfig: message({
    includeThoughts: 'BOOL',
    thinkingBudget: 'INT32',
    thinkingLevel: looseOneOf('ThinkingLevel', 'THINKING_LEVEL_UNSPECIFIED MINIMAL LOW MEDIUM HIGH XHIGH'),
  }),
  mediaResolution: oneOf(
    'MediaResolution',
    'MEDIA_RESOLUTION_UNSPECIFIED MEDIA_RESOLUTION_LOW MEDIA_RESOLUTION_MEDIUM MEDIA_RESOLUTION_HIGH',
  ),
  audioTranscriptionConfig: message({
    languageCodes: list('STRING'),
    customVocabulary: list('STRING'),
    wordTimestamp: 'BOOL',
    diarization: 'BOOL',
    mode: oneOf('AudioTranscriptionMode', 'VERBATIM SMART'),
  }),
  enableEnhancedCivicAnswers: 'BOOL',
})

const CATEGORIES = 'HARASSMENT HATE_SPEECH SEXUALLY_EXPLICIT DANGEROUS_CONTENT CIVIC_INTEGRITY'
const SAFETY_SETTING = message({
  category: oneOf(
    'HarmCategory',
    CATEGORIES.split(' ')
      .map((name) => `HARM_CATEGORY_${name}`)
      .join(' '),
  ),
  threshold: oneOf(
    'SafetySetting.HarmBlockThreshold',
    'HARM_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE BLOCK_MEDIUM_AND_ABOVE BLOCK_ONLY_HIGH BLOCK_NONE OFF',
  ),
})

/** The fields in the body of generateContent and streamGenerateContent. */
export const GENERATE_FIELDS: NativeFields = {
  model: 'STRING',
  contents: list(CONTENT),
  systemInstruction: CONTENT,
  tools: list(message(TOOL_FIELDS)),
  toolConfig: message(TOOL_CONFIG_FIELDS),
  safetySettings: list(SAFETY_SETTING),
  generationConfig: GENERATION_CONFIG,
  cachedContent: 'STRING',
  serviceTier: oneOf('ServiceTier', 'unspecified standard flex priority'),
  store: 'BOOL',
  continuationToken: 'BYTES',
  labels: map('STRING'),
}

/** The fields in the body of countTokens: contents, or a whole request of generateContent. */
export const COUNT_FIELDS: NativeFields = { model: 'STRING', contents: list(CONTENT), generateContentRequest: message(GENERATE_FIELDS) }

/** The fields in the body of embedContent, and in each request of batchEmbedContents. */
export const EMBED_FIELDS: NativeFields = {
  model: 'STRING',
  content: CONTENT,
  taskType: oneOf(
    'TaskType',
    'TASK_TYPE_UNSPECIFIED RETRIEVAL_QUERY RETRIEVAL_DOCUMENT SEMANTIC_SIMILARITY CLASSIFICATION CLUSTERING QUESTION_ANSWERING FACT_VERIFICATION CODE_RETRIEVAL_QUERY',
  ),
  title: 'STRING',
  outputDimensionality: 'INT32',
}

export const BATCH_EMBED_FIELDS: NativeFields = { model: 'STRING', requests: list(message(EMBED_FIELDS)) }
