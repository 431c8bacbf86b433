import { effect } from '@preact/signals'
import { apiToken, fetchOk } from '../state/session.js'
import { theme } from '../state/theme.js'
import { completeLabels } from './labels.js'
import { REFERENCE_PLUGIN } from './referencePlugin.js'
import { docsServerUrl } from './server.js'

/** The part of Swagger UI's API that this page uses. */
interface SwaggerUi {
  preauthorizeApiKey(scheme: string, token: string): void
  getStore(): { subscribe(listener: () => void): void }
  getSystem(): {
    readonly authActions: { logout(schemes: readonly string[]): void }
    readonly authSelectors: { authorized(): { getIn(path: readonly string[]): unknown } }
  }
}

/** The global variable that the script swagger-ui-bundle.js defines. */
declare const SwaggerUIBundle: {
  (options: object): SwaggerUi
  readonly presets: { readonly apis: unknown }
}

const SCHEME = 'bearerAuth'

/** Sets or removes Swagger UI's class for dark mode, now and at each change of the theme. */
export function applyThemeToSwagger(): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const apply = (): void => {
    const isDark = theme.value === 'auto' ? system.matches : theme.value === 'dark'
    document.documentElement.classList.toggle('dark-mode', isDark)
  }
  effect(apply)
  system.addEventListener('change', apply)
}

/** Shows the server's OpenAPI document in Swagger UI, which stores nothing in the browser. */
export async function showReference(): Promise<void> {
  try {
    const response = await fetchOk(`${docsServerUrl}/openapi.json`, { cache: 'default' })
    const ui = SwaggerUIBundle({
      dom_id: '#reference',
      spec: { ...parseDocument(await response.text()), servers: [{ url: docsServerUrl }] },
      presets: [SwaggerUIBundle.presets.apis],
      plugins: [REFERENCE_PLUGIN],
      syntaxHighlight: { activated: false },
      layout: 'BaseLayout',
      deepLinking: true,
      displayRequestDuration: true,
      defaultModelsExpandDepth: 0,
      persistAuthorization: false,
      queryConfigEnabled: false,
      tryItOutEnabled: false,
      validatorUrl: null,
    })
    shareToken(ui)
    completeLabels()
  } catch (error) {
    const [message] = document.getElementsByClassName('fallback')
    message?.append(` Loading failed: ${error instanceof Error ? error.message : error}.`)
  }
}

/**
 * Parses an OpenAPI document and removes the examples of optional parameters: Swagger UI would send
 * them, and the example of Last-Event-ID would resume a stream that does not exist.
 */
const parseDocument = (text: string): object =>
  JSON.parse(text, (_key, node) => {
    if (node?.in !== undefined && node.schema !== undefined && !node.required) delete node.example
    return node
  })

/** Copies the API token from the guide to Swagger UI and back, at each change. */
function shareToken(ui: SwaggerUi): void {
  const { authActions, authSelectors } = ui.getSystem()
  const entered = (): string => {
    const value = authSelectors.authorized().getIn([SCHEME, 'value'])
    return typeof value === 'string' ? value : ''
  }
  effect(() => {
    const token = apiToken.value
    if (token === entered()) return
    if (token === '') authActions.logout([SCHEME])
    else ui.preauthorizeApiKey(SCHEME, token)
  })
  ui.getStore().subscribe(() => {
    apiToken.value = entered()
  })
}
