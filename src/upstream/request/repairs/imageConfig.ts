import { omit, replaceMember } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import { ASPECT_RATIOS, IMAGE_SIZES, type ImageConfig } from '../../../contract/imageConfig.js'
import { NEEDS_NATIVE_API_TEXT } from '../../../contract/upstreamApi.js'
import type { RequestContext, RequestRepair } from './context.js'

const IMAGE_CONFIG_PATH = 'image_config'
const NESTED_IMAGE_CONFIG_PATH = 'extra_body.google.image_config'

/** The value of one image setting, with its path in the client's request. */
interface ImageSetting {
  readonly param: string
  readonly text: string
}

/** Moves image settings to `image_config`, in Google's spelling, and checks them. */
export const imageConfigRepair: RequestRepair = {
  name: 'image-config',
  reason:
    'Google refuses image sizes in lower case, such as `1k`, and image settings for models that generate no images; clients send the settings as `image_config` or in `extra_body.google`.',
  apply: (request, context) => {
    const { image_config: top, extra_body: extra } = request
    const nested = extra?.google?.image_config ?? extra?.google?.imageConfig
    if (!top && !nested) return omit(request, 'image_config')
    const [configPath, config] = top ? [IMAGE_CONFIG_PATH, top] : [NESTED_IMAGE_CONFIG_PATH, nested ?? {}]
    if (top && nested) context.ignore(NESTED_IMAGE_CONFIG_PATH)
    const settings = readSettings(configPath, config, context)
    if (settings.size > 0) checkModel(configPath, context)
    const ratio = settings.get('aspect_ratio')
    const size = settings.get('image_size')
    const known = {
      ...(ratio === undefined ? {} : { aspect_ratio: toRatio(ratio) }),
      ...(size === undefined ? {} : { image_size: toSize(size, context) }),
    }
    const google = extra?.google && omit(extra.google, 'image_config', 'imageConfig')
    const rest = google ? replaceMember(request, 'extra_body', { ...extra, google }) : request
    return replaceMember(rest, 'image_config', settings.size === 0 ? undefined : known)
  },
}

const SNAKE_CASE_NAMES: ReadonlyMap<string, string> = new Map([
  ['aspect_ratio', 'aspect_ratio'],
  ['aspectRatio', 'aspect_ratio'],
  ['image_size', 'image_size'],
  ['imageSize', 'image_size'],
])

/** Returns the image settings by their names in snake_case; skips empty values and `auto`. */
function readSettings(configPath: string, config: ImageConfig, { ignore }: RequestContext): ReadonlyMap<string, ImageSetting> {
  const settings = new Map<string, ImageSetting>()
  for (const [name, value] of Object.entries(config)) {
    const known = SNAKE_CASE_NAMES.get(name)
    if (value === null || value === undefined) continue
    if (known === undefined || settings.has(known)) ignore(`${configPath}.${name}`)
    // `String` is safe: the contract allows only strings as values of the known settings.
    else if (!['', 'auto'].includes(String(value).trim().toLowerCase()))
      settings.set(known, { param: `${configPath}.${name}`, text: String(value) })
  }
  return settings
}

function checkModel(param: string, { upstream, traits, modelId }: RequestContext): void {
  if (upstream === 'native' && traits.makesImages) return
  const message =
    upstream === 'compat'
      ? `Image settings ${NEEDS_NATIVE_API_TEXT}, or remove \`image_config\`.`
      : `${modelId} does not generate images. Remove \`image_config\`, or use a model such as gemini-3.1-flash-image.`
  throw apiError('unsupported_value', message, { param })
}

function toRatio({ param, text }: ImageSetting): string {
  const [, width, height] = /^\s*(\d{1,2})\s*[:x/]\s*(\d{1,2})\s*$/i.exec(text) ?? []
  const ratio = `${width}:${height}`
  if (ASPECT_RATIOS.has(ratio)) return ratio
  throw apiError('invalid_value', `The aspect ratio of an image must be one of ${[...ASPECT_RATIOS].join(', ')}.`, { param })
}

function toSize({ param, text }: ImageSetting, { modelId, traits }: RequestContext): string {
  // `0.5K` is OpenRouter's name for the size 512.
  const size = text
    .trim()
    .toUpperCase()
    .replace(/^(?:0\.5K|512PX)$/, '512')
  if (!IMAGE_SIZES.has(size)) throw apiError('invalid_value', `The image size must be one of ${[...IMAGE_SIZES].join(', ')}.`, { param })
  const { imageSizes } = traits
  if (imageSizes.includes(size)) return size
  const advice =
    imageSizes.length === 0
      ? 'does not support an image size. Remove this parameter.'
      : `generates images of the size ${imageSizes.join(', ')} only.`
  throw apiError('unsupported_value', `${modelId} ${advice}`, { param })
}
