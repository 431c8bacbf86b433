import type { ChatCompletionRequest } from '../contract/types.js'
import type { FileContext } from './fileCalls.js'
import type { Files } from './files.js'
import type { Hold } from './media/limits.js'
import { type ContentPart, hasRemoteMedia, partsOf, type RemoteMedia, replaceParts, withReference } from './media/remoteMedia.js'

/** What resolving needs to know of a request. */
interface ReferenceOptions extends FileContext {
  readonly hold: Hold
  readonly excludedKeys?: ReadonlySet<number>
}

/** Resolves what chat requests only name: files by their ids, and media by their addresses. */
export interface ReferenceResolver {
  /** True for a request that names any. */
  areIn(request: ChatCompletionRequest): boolean
  /**
   * Resolves them.
   *
   * @returns the request and the options to continue with
   * @throws an ApiError for what does not exist or may not be used, or the signal's reason
   */
  resolve<Options extends ReferenceOptions>(request: ChatCompletionRequest, options: Options): Promise<[ChatCompletionRequest, Options]>
}

/** Makes what resolves references. @param files - undefined where the repairs refuse all ids */
export function makeReferences(files: Files | undefined, media: RemoteMedia): ReferenceResolver {
  const hasFileIds = ({ messages }: ChatCompletionRequest): boolean =>
    files !== undefined && messages.some((message) => partsOf(message).some((part) => fileIdIn(part) !== undefined))
  return {
    areIn: (request) => hasRemoteMedia(request) || hasFileIds(request),
    resolve: async (request, options) => {
      const { hold, signal } = options
      const fetched = hasRemoteMedia(request) ? await media.replace(request, hold, signal) : request
      // After the links: what they become may not name a file of Google's storage.
      return files !== undefined && hasFileIds(request) ? resolveFiles(files, fetched, options) : [fetched, options]
    },
  }
}

async function resolveFiles<Options extends ReferenceOptions>(
  files: Files,
  request: ChatCompletionRequest,
  options: Options,
): Promise<[ChatCompletionRequest, Options]> {
  const params = new Map<string, string>()
  const paths = request.messages.flatMap((message, index) =>
    partsOf(message).map((part, position) => [part, `messages[${index}].content[${position}].file.file_id`] as const),
  )
  for (const [part, path] of paths) {
    const id = fileIdIn(part)
    if (id !== undefined) params.set(id, path)
  }
  const { links, excludedKeys } = await files.find(params, options)
  const resolved = await replaceParts(request, options.signal, (part) => {
    const found = links.get(fileIdIn(part) ?? '')
    return found === undefined ? undefined : Promise.resolve(withReference(part, found.uri, found.mediaType))
  })
  return [resolved, { ...options, excludedKeys }]
}

/** The id in a part that has nothing else. An address in its place has been replaced before. */
function fileIdIn(part: ContentPart): string | undefined {
  if (part.type !== 'file' || typeof part.file.file_data === 'string') return undefined
  const { file_id: id } = part.file
  return typeof id === 'string' && !/^https?:/i.test(id) ? id : undefined
}
