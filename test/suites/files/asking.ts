import type { OpenAIFile } from '../../../src/contract/types.js'
import { type Answer, call } from '../../support/contractHook.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'

export const MODEL = 'gemini-3.5-flash'

/** Sends a chat message with a question and these parts. */
export const askChat = (proxy: ProxyUnderTest, parts: readonly object[], more: object = {}, token = TOKEN) =>
  call(proxy.origin, {
    path: '/v1/chat/completions',
    token,
    body: { model: MODEL, messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, ...parts] }], ...more },
  })

interface UploadFields {
  readonly name?: string
  readonly token?: string
  readonly [field: string]: string | undefined
}

/** Uploads a file as a multipart form, with the purpose `user_data` by default. */
export async function uploadFile(
  proxy: ProxyUnderTest,
  file: Blob,
  { name = 'report.pdf', token = TOKEN, ...fields }: UploadFields = {},
): Promise<Answer & { readonly json: OpenAIFile }> {
  const form = new FormData()
  form.set('file', file, name)
  for (const [field, value] of Object.entries({ purpose: 'user_data', ...fields })) form.set(field, value ?? '')
  // The cast is safe: `call` has validated the response.
  return (await call(proxy.origin, { path: '/v1/files', token, body: form })) as Answer & { readonly json: OpenAIFile }
}

/** A file with the signature of a PDF. */
export const pdf = (text = '%PDF-1.7\n'): Blob => new Blob([text], { type: 'application/pdf' })

/**
 * Returns the parts of the last message in the latest request to a model, without the question of
 * {@link askChat}.
 */
export function sentParts({ simulator }: ProxyUnderTest): unknown[] {
  const last = simulator.requests.findLast(({ path }) => path.includes(':'))?.body as {
    readonly contents: readonly { readonly parts: readonly { readonly text?: string }[] }[]
  }
  return last.contents.at(-1)?.parts.filter(({ text }) => text !== 'What is it?') ?? []
}

/**
 * Makes request bodies for the Responses API and the Messages API, each with a document and an
 * image.
 *
 * @param file - members that name the document, in the Responses API
 * @param image - members that name the image, in the Responses API
 * @param source - the source of both, in the Messages API
 */
export const bodiesWith = (file: object, image: object, source: object): { readonly response: object; readonly message: object } => {
  const input = [
    {
      role: 'user',
      content: [
        { type: 'input_file', ...file },
        { type: 'input_image', ...image },
      ],
    },
  ]
  const messages = [
    {
      role: 'user',
      content: [
        { type: 'document', source },
        { type: 'image', source },
      ],
    },
  ]
  return { response: { model: MODEL, input }, message: { model: MODEL, messages } }
}
