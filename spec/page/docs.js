// Shows the contract of the very server that the page came from. It keeps nothing, in particular no token, and talks to no other server.
const here = new URL('.', location.href).href.replace(/\/$/, '')

/** The contract, in which no optional parameter has an example: the page would fill it in, and ask for an old stream by Last-Event-ID. */
const unfilled = (contract) =>
  JSON.parse(contract, (_key, node) => {
    if (node?.in !== undefined && node.schema !== undefined && !node.required) delete node.example
    return node
  })

async function show() {
  const answer = await fetch(`${here}/openapi.json`)
  if (!answer.ok) throw new Error(`openapi.json: status ${answer.status}`)
  const contract = unfilled(await answer.text())
  const { description = '', ...info } = contract.info
  SwaggerUIBundle({
    dom_id: '#docs',
    spec: {
      ...contract,
      info: {
        ...info,
        description: `${description}\n\n[openapi.json](${here}/openapi.json) is what this page shows. A token that you enter under *Authorize* is forgotten with the page. A stream that you try is shown once it has ended.`,
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
  const [words] = document.getElementsByClassName('plain')
  words?.append(` It could not be shown: ${error.message}.`)
})
