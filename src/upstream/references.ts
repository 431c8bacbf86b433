import type { CountMemory } from '../contract/operation.js'
import type { ChatCompletionRequest } from '../contract/types.js'
import type { FileContext } from './fileCalls.js'
import type { Files } from './files.js'
import {
  type ContentPart,
  hasRemoteMedia,
  type MessageFilter,
  partsOf,
  type RemoteMedia,
  replaceParts,
  withReference,
} from './media/remoteMedia.js'
import { traitsOf } from './models/traits.js'
import { isInstruction } from './request/repairs/message.js'

/** Options of a chat completion that a {@link ReferenceResolver} uses. */
interface ReferenceOptions extends FileContext {
  readonly countMemory: CountMemory
  /** The model that serves the request. Only image models get the images of earlier answers. */
  readonly servedModel: string
  readonly excludedKeys?: ReadonlySet<number>
}

/** Resolves the references to media in chat requests: ids of files, and URLs. */
export interface ReferenceResolver {
  /** True if a request has a file id or a media URL. */
  hasReferences(request: ChatCompletionRequest, options: Pick<ReferenceOptions, 'servedModel'>): boolean
  /**
   * Resolves the references of a request.
   *
   * @returns the resolved request, and its options without the keys that cannot read its files
   * @throws an ApiError for a missing or forbidden file or URL, or the signal's reason
   */
  resolve<Options extends ReferenceOptions>(request: ChatCompletionRequest, options: Options): Promise<[ChatCompletionRequest, Options]>
}

/**
 * Makes the resolver of references. @param files - undefined for the OpenAI-compatible API, for
 * which a repair refuses file ids
 */
export function makeReferenceResolver(files: Files | undefined, media: RemoteMedia): ReferenceResolver {
  const hasFileIds = ({ messages }: ChatCompletionRequest, hasMedia: MessageFilter): boolean =>
    files !== undefined && messages.some((message) => hasMedia(message) && partsOf(message).some((part) => fileIdIn(part) !== undefined))
  // Skips messages whose media the repair `text-contents` removes: instructions and, except for
  // image models, earlier answers.
  const makeFilter = ({ servedModel }: Pick<ReferenceOptions, 'servedModel'>): MessageFilter => {
    const takesImages = files !== undefined && traitsOf(servedModel).makesImages
    return (message) => !isInstruction(message) && (takesImages || message.role !== 'assistant')
  }
  return {
    hasReferences: (request, options) => {
      const hasMedia = makeFilter(options)
      return hasRemoteMedia(request, hasMedia) || hasFileIds(request, hasMedia)
    },
    resolve: async (request, options) => {
      const { countMemory, signal } = options
      const hasMedia = makeFilter(options)
      const fetched = hasRemoteMedia(request, hasMedia) ? await media.replace(request, { countMemory, signal, hasMedia }) : request
      // Media URLs are replaced first: they must not be URLs of Google's file storage, but file ids
      // resolve to such URLs.
      return files !== undefined && hasFileIds(request, hasMedia) ? resolveFiles(files, fetched, options, hasMedia) : [fetched, options]
    },
  }
}

async function resolveFiles<Options extends ReferenceOptions>(
  files: Files,
  request: ChatCompletionRequest,
  options: Options,
  hasMedia: MessageFilter,
): Promise<[ChatCompletionRequest, Options]> {
  const params = new Map<string, string>()
  const paths = request.messages.flatMap((message, index) =>
    hasMedia(message)
      ? partsOf(message).map((part, position) => [part, `messages[${index}].content[${position}].file.file_id`] as const)
      : [],
  )
  for (const [part, path] of paths) {
    const id = fileIdIn(part)
    if (id !== undefined) params.set(id, path)
  }
  const { links, excludedKeys } = await files.find(params, options)
  const resolved = await replaceParts(request, { signal: options.signal, hasMedia }, (part) => {
    const found = links.get(fileIdIn(part) ?? '')
    return found === undefined ? undefined : Promise.resolve(withReference(part, found.uri, found.mediaType))
  })
  return [resolved, { ...options, excludedKeys }]
}

/**
 * Returns the `file_id` of a content part without `file_data`; undefined for other parts, and for a
 * URL in `file_id`, which has been replaced before.
 */
function fileIdIn(part: ContentPart): string | undefined {
  if (part.type !== 'file' || typeof part.file.file_data === 'string') return undefined
  const { file_id: id } = part.file
  return typeof id === 'string' && !/^https?:/i.test(id) ? id : undefined
}
