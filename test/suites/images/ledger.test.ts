import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { PIXEL } from './pictures.js'

/** How the proxy treats a parameter: it has an effect, is reported as ignored, or causes a 400. */
type Fate = 'used' | 'reported' | 'refused'
type Ledger = Readonly<Record<string, readonly [value: unknown, fate: Fate]>>

const BOTH: Ledger = {
  prompt: ['Another prompt', 'used'],
  model: ['gemini-3-pro-image', 'used'],
  n: [2, 'used'],
  quality: ['high', 'used'],
  size: ['1536x1024', 'used'],
  output_format: ['png', 'reported'],
  output_compression: [50, 'reported'],
  stream: [true, 'used'],
  partial_images: [2, 'reported'],
  background: ['transparent', 'refused'],
  user: ['user-1', 'reported'],
}

/**
 * Members of CreateImageRequest in OpenAI's API description. FORM and JSON_EDIT have those of
 * CreateImageEditRequest and EditImageBodyJsonParam.
 */
const GENERATION: Ledger = { ...BOTH, response_format: ['url', 'used'], moderation: ['low', 'reported'], style: ['vivid', 'reported'] }
const FORM: Ledger = {
  ...BOTH,
  response_format: ['url', 'used'],
  input_fidelity: ['high', 'reported'],
  image: ['file', 'used'],
  mask: ['file', 'reported'],
}
const IMAGE = { image_url: `data:image/png;base64,${PIXEL}` }
const JSON_EDIT: Ledger = {
  ...BOTH,
  input_fidelity: ['high', 'reported'],
  moderation: ['low', 'reported'],
  images: [[IMAGE, IMAGE], 'used'],
  mask: [IMAGE, 'reported'],
}

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const file = (): Blob => new Blob([Buffer.from(PIXEL, 'base64')], { type: 'image/png' })

function toForm(members: object): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(members)) {
    if (value === 'file') form.append(`${name}`, file(), 'a.png')
    else form.append(name, String(value))
  }
  return form
}

const KINDS = [
  ['/v1/images/generations', GENERATION, { prompt: 'A lighthouse' }, (body: object): unknown => body],
  ['/v1/images/edits as a form', FORM, { prompt: 'A lighthouse', image: 'file' }, toForm],
  ['/v1/images/edits', JSON_EDIT, { prompt: 'A lighthouse', images: [IMAGE] }, (body: object): unknown => body],
] as const

describe.each(KINDS)('%s', (name, ledger, least, toBody) => {
  /**
   * Sends a request. @returns status, ignored parameters, and the effect: the requests to Gemini
   * and the form of the response
   */
  const send = async (more: object) => {
    proxy.simulator.reset()
    const { status, headers, json, text } = await call(proxy.origin, {
      path: name.split(' ')[0] ?? '',
      body: toBody({ ...least, ...more }),
    })
    const sent = proxy.simulator.requests.map(({ path, body }) => [path, body])
    const { data = [] } = (json ?? {}) as { data?: object[] }
    const form = text.startsWith('event:') ? 'events' : data.map((image) => Object.keys(image))
    return {
      status,
      ignored: headers['x-gemini-proxy-ignored-params'],
      effect: JSON.stringify([sent, form]),
      param: (json as { error?: { param: string } } | undefined)?.error?.param,
    }
  }

  test.each(Object.entries(ledger))('%s', async (param, [value, fate]) => {
    const [before, after] = [await send({}), await send(param === 'image' ? { [param]: 'file' } : { [param]: value })]
    if (fate === 'refused') expect([after.status, after.param]).toEqual([400, param])
    else if (fate === 'reported') expect([after.status, after.ignored, after.effect]).toEqual([200, param, before.effect])
    else if (param === 'image') expect(after.effect).toContain('inlineData')
    else expect([after.status, after.ignored, after.effect === before.effect]).toEqual([200, undefined, false])
  })
})
