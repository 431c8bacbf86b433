import { computed, effect, signal } from '@preact/signals'
import { kindOfListedModel } from '../../contract/modelKind.js'
import type { AnswerOf, Model } from '../../contract/types.js'
import { apiToken, RequestFailure, request } from '../state/session.js'

/** A model of the catalogue, as the build inserts it. */
type PublishedModel = Model & { readonly retired_on?: string }

/** The list in OpenAI's format, which clients get that do not send `anthropic-version`. */
type OwnModelList = Extract<AnswerOf<'listModels'>, { readonly object: unknown }>

/** Replaced by the build: the catalogue of this version, without the operator's models. */
declare const __PUBLISHED_MODELS__: readonly PublishedModel[]

/** The URL of the server that sent this page, without a slash at its end. */
export const here = location.origin + location.pathname.replace(/\/docs\/*$/, '')

/** The base URL for OpenAI clients. */
export const baseUrl = `${here}/v1`

/** What the server says of itself; undefined until it has answered. */
export const health = signal<AnswerOf<'getHealth'> | undefined>(undefined)

/** The models that the server lists; undefined while the token for them is missing or wrong. */
const listedModels = signal<readonly Model[] | undefined>(undefined)

/** Why the server did not list its models. */
export const listFailure = signal<RequestFailure | undefined>(undefined)

/** True if the models are those of the server, with those that its operator added. */
export const areModelsListed = computed(() => listedModels.value !== undefined)

/** The models of the server, otherwise those of this version. */
export const models = computed((): readonly Model[] => listedModels.value ?? publishedModels())

const publishedModels = (): readonly Model[] =>
  __PUBLISHED_MODELS__.map(({ retired_on, ...model }) => ({
    ...model,
    retired: retired_on !== undefined && Date.now() >= Date.parse(retired_on),
  }))

/** The models that are not retired. */
export const currentModels = computed(() => models.value.filter(({ retired }) => !retired))

/** Those of them that can chat. */
export const currentChatModels = computed(() => currentModels.value.filter((model) => kindOfListedModel(model) === 'chat'))

/** Asks the server whether it needs a token and has a console. */
export async function loadHealth(): Promise<void> {
  try {
    health.value = await (await request(`${here}/health`, {})).json()
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
  }
}

/** Lists the models of the server whenever a token was entered, or if it needs none. */
export function followToken(): void {
  effect(() => {
    const token = apiToken.value
    if (token !== '' || health.value?.auth === false) listModels(token)
    else showModels(undefined, undefined)
  })
}

async function listModels(token: string): Promise<void> {
  try {
    const headers: HeadersInit = token === '' ? {} : { authorization: `Bearer ${token}` }
    const { data }: OwnModelList = await (await request(`${baseUrl}/models`, { headers })).json()
    if (apiToken.peek() === token) showModels(data, undefined)
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    if (apiToken.peek() === token) showModels(undefined, error)
  }
}

function showModels(list: readonly Model[] | undefined, failure: RequestFailure | undefined): void {
  listedModels.value = list
  listFailure.value = failure
}
