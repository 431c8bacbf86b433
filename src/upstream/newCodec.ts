import type { Config } from '../config/settings.js'
import type { UpstreamApi } from '../contract/upstreamApi.js'
import type { Codec } from './codec/codec.js'
import { COMPAT_CODEC } from './compat/compatCodec.js'
import { makeNativeCodec } from './native/nativeCodec.js'

/** Returns the codec of the API that `upstream` names, native or OpenAI-compatible. */
export const newCodec = (upstream: UpstreamApi, config: Pick<Config, 'safetySettings'>): Codec =>
  upstream === 'native' ? makeNativeCodec(config) : COMPAT_CODEC
