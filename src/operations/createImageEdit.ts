import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { BodyOf, ImageEditForm } from '../contract/types.js'
import type { ImageInput } from '../images/request.js'
import { toUploadedImages } from '../images/uploads.js'
import { generateImages, type ImageParts } from './createImage.js'

/** Handler of POST /v1/images/edits: generates images from a prompt and input images. */
export const makeCreateImageEdit =
  (parts: ImageParts): Operation<'createImageEdit'> =>
  async ({ body }, context) => {
    const task = 'image_edit'
    if (isForm(body)) {
      const { image } = body
      const uploaded = await toUploadedImages(Array.isArray(image) ? image : [image])
      return generateImages({ task, fields: body, ...uploaded }, parts, context)
    }
    const inputs = (body.images ?? []).map(({ image_url: url, file_id: id }, index): ImageInput => {
      const param = `images[${index}]`
      if ((url === undefined) === (id === undefined))
        throw apiError('invalid_value', 'An image must have either `image_url` or `file_id`.', { param })
      return id === undefined ? { url: url ?? '', param: `${param}.image_url` } : { fileId: id, param: `${param}.file_id` }
    })
    if (inputs.length === 0) throw apiError('missing_required_parameter', NO_IMAGE, { param: 'image' })
    return generateImages({ task, fields: body, inputs }, parts, context)
  }

const NO_IMAGE = "Missing required parameter: 'image'. Send files as `image` in a form, or `images` in JSON."

/** True for a body that was sent as a form: there, the images are uploaded files. */
const isForm = (body: BodyOf<'createImageEdit'>): body is ImageEditForm =>
  'image' in body && [body.image].flat().every((file) => file?.bytes instanceof Uint8Array)
