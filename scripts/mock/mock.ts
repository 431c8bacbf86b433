// usage: make mock      (MOCK_PORT=4010, MOCK_HOST=127.0.0.1, MOCK_EVENT_INTERVAL_MS=50)
// Serves the contract's examples with Prism, behind a front that makes streams, tokens and failures what the proxy's are. A scenario is chosen by
// `Prefer: example=text|tool_call|parallel_tool_calls|reasoning|refusal|length|structured|error`, a failure by `Prefer: code=429` or
// `Prefer: code=502, example=upstream_auth_error`. Any bearer token is accepted. Ctrl-C or SIGTERM ends it.
import { makeFront } from './front.js'
import { startPrism } from './prism.js'

const port = Number(process.env.MOCK_PORT || '4010')
const host = process.env.MOCK_HOST || '127.0.0.1'

const prism = await startPrism()
const front = makeFront(prism, Number(process.env.MOCK_EVENT_INTERVAL_MS || '50'))
front.once('error', (error) => {
  console.error(`mock: ${error.message}`)
  process.exit(1)
})
front.listen(port, host, () => {
  const address = front.address()
  console.log(`mock listening on http://${host}:${typeof address === 'object' && address !== null ? address.port : port}/v1`)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    prism.close()
    process.exit(0)
  })
}
