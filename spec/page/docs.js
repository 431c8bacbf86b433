// Shows the OpenAPI document of the server that this page was loaded from. Stores nothing, in
// particular no token, and connects to no other server.
const here = new URL('.', location.href).href.replace(/\/$/, '')

/**
 * Parses an OpenAPI document without the examples of optional parameters: Swagger UI would send
 * them, and the one of Last-Event-ID would resume a stream that does not exist.
 */
const parseDocument = (text) =>
  JSON.parse(text, (_key, node) => {
    if (node?.in !== undefined && node.schema !== undefined && !node.required) delete node.example
    return node
  })

async function show() {
  const response = await fetch(`${here}/openapi.json`)
  if (!response.ok) throw new Error(`GET openapi.json returned status ${response.status}`)
  const openapi = parseDocument(await response.text())
  const { description = '', ...info } = openapi.info
  SwaggerUIBundle({
    dom_id: '#docs',
    spec: {
      ...openapi,
      info: {
        ...info,
        description: `${description}\n\nThis page shows [openapi.json](${here}/openapi.json). It does not store the token that you enter under *Authorize*. A streamed response is shown when it is complete.`,
      },
      servers: [{ url: here }],
    },
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    deepLinking: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    persistAuthorization: false,
    queryConfigEnabled: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  })
}

show().catch((error) => {
  const [message] = document.getElementsByClassName('plain')
  message?.append(` Loading failed: ${error.message}.`)
})
