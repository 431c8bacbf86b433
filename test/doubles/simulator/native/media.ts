import { invalidArgument } from '../errors.js'
import type { Model } from '../models.js'
import { generateError } from '../wire.js'
import type { NativePart } from './wire.js'

const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif', 'image/gif']
const OFFICE = /^application\/(?:msword|vnd\.(?:ms-|openxmlformats-|oasis\.opendocument\.))/
const RESULT_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'application/pdf', 'text/plain']

/**
 * Checks the media of one part.
 *
 * @throws Refusal 400 for media types and URLs that Gemini does not accept
 */
export const checkMedia = (part: NativePart, path: string, model: Model): void => {
  if (part.inlineData !== undefined) checkInline(part.inlineData, path, model)
  if (part.fileData !== undefined) checkFile(part.fileData, model)
  const inside = part.functionResponse?.parts ?? []
  if (inside.length === 0) return
  if (model.generation !== '3') throw invalidArgument('Multimodal function responses are not supported for this model')
  inside.forEach((each, at) => {
    const type = each.inlineData?.mimeType ?? 'text/plain'
    if (!RESULT_TYPES.includes(type) && !isOffice(type, model)) throw invalidArgument(`Unsupported MIME type: ${type}`)
    checkMedia(each, `${path}.function_response.parts[${at}]`, model)
  })
}

function checkInline({ mimeType = '', data = '' }: NonNullable<NativePart['inlineData']>, path: string, model: Model): void {
  if (mimeType === '' || data === '') throw generateError(`${path}.inline_data`, 'mime_type and data must be specified.')
  if (!isSupported(mimeType) && !isOffice(mimeType, model)) throw invalidArgument(`Unsupported MIME type: ${mimeType}`)
}

/** Google compares media types literally: it accepts neither `image/jpg` nor `image/PNG`. */
function isSupported(type: string): boolean {
  if (type.startsWith('image/')) return IMAGE_TYPES.includes(type)
  return /^(?:text|audio|video)\/|^application\/(?:pdf|json|rtf|x-javascript|x-python)$/.test(type)
}

/** True for office documents if the model is Gemini 4: earlier models do not accept them. */
const isOffice = (type: string, model: Model): boolean => model.refusesBudget && OFFICE.test(type)

const NOT_FETCHED =
  'Cannot fetch content from the provided URL. Please ensure the URL is valid and accessible by Vertex AI. Vertex AI respects robots.txt rules, so confirm the URL is allowed to be crawled. Status: URL_UNREACHABLE-UNREACHABLE_NO_RESPONSE'

/** Checks a file URL: only `https://` is accepted. The simulator does not fetch the file. */
function checkFile({ mimeType, fileUri = '' }: NonNullable<NativePart['fileData']>, model: Model): void {
  if (!fileUri.startsWith('https://') || !URL.canParse(fileUri))
    throw invalidArgument(`Invalid or unsupported file uri: ${fileUri.slice(0, 200)}`)
  if (/\.(?:invalid|local|internal)$|^(?:localhost|127\.|10\.)/.test(new URL(fileUri).hostname)) throw invalidArgument(NOT_FETCHED)
  if (mimeType !== undefined && !isSupported(mimeType) && !isOffice(mimeType, model))
    throw invalidArgument(`Unsupported MIME type: ${mimeType}`)
}
