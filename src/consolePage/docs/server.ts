import { computed, effect, signal } from '@preact/signals'
import { kindOfListedModel } from '../../contract/modelKind.js'
import type { JsonResponseOf, Model } from '../../contract/types.js'
import { apiToken, fetchOk, RequestFailure } from '../state/session.js'

/** A model of the built-in catalogue, with the date of its retirement. */
type PublishedModel = Model & { readonly retired_on?: string }

/** The model list in OpenAI's format, for clients that send no header `anthropic-version`. */
type OwnModelList = Extract<JsonResponseOf<'listModels'>, { readonly object: unknown }>

/** The built-in model catalogue, without the operator's models; inserted by the build. */
declare const __PUBLISHED_MODELS__: readonly PublishedModel[]

/** The URL of the server that sent this page, without a trailing slash. */
export const docsServerUrl = location.origin + location.pathname.replace(/\/docs\/*$/, '')

/** The base URL for OpenAI clients. */
export const baseUrl = `${docsServerUrl}/v1`

/** The response of `GET /health`; undefined until it has arrived. */
export const health = signal<JsonResponseOf<'getHealth'> | undefined>(undefined)

/** The models that the server lists; undefined until it has accepted a token. */
const listedModels = signal<readonly Model[] | undefined>(undefined)

/** The failure of the last request for the model list; undefined if it succeeded. */
export const modelListFailure = signal<RequestFailure | undefined>(undefined)

/** True if {@link models} is the list of the server, false if it is the built-in one. */
export const areModelsListed = computed(() => listedModels.value !== undefined)

/** The models that the server lists; the built-in models until it has listed them. */
export const models = computed((): readonly Model[] => listedModels.value ?? publishedModels())

const publishedModels = (): readonly Model[] =>
  __PUBLISHED_MODELS__.map(({ retired_on, ...model }) => ({
    ...model,
    retired: retired_on !== undefined && Date.now() >= Date.parse(retired_on),
  }))

/** The models of this server that are not retired. */
export const currentModels = computed(() => models.value.filter(({ retired }) => !retired))

/** The chat models of this server that are not retired. */
export const currentChatModels = computed(() => currentModels.value.filter((model) => kindOfListedModel(model) === 'chat'))

/** Requests `GET /health`, which says whether the server requires a token and has a console. */
export async function loadHealth(): Promise<void> {
  try {
    health.value = await (await fetchOk(`${docsServerUrl}/health`, {})).json()
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
  }
}

/** Requests the model list whenever the token changes; without token only if none is required. */
export function listModelsOnTokenChange(): void {
  effect(() => {
    const token = apiToken.value
    if (token !== '' || health.value?.auth === false) listModels(token)
    else showModels(undefined, undefined)
  })
}

async function listModels(token: string): Promise<void> {
  try {
    const headers: HeadersInit = token === '' ? {} : { authorization: `Bearer ${token}` }
    const { data }: OwnModelList = await (await fetchOk(`${baseUrl}/models`, { headers })).json()
    if (apiToken.peek() === token) showModels(data, undefined)
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    if (apiToken.peek() === token) showModels(undefined, error)
  }
}

function showModels(list: readonly Model[] | undefined, failure: RequestFailure | undefined): void {
  listedModels.value = list
  modelListFailure.value = failure
}
