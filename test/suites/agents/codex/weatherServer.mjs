// An MCP server with one tool on standard input and output, with one JSON-RPC message per line.
import { createInterface } from 'node:readline'

const TOOL = {
  name: 'get_weather',
  description: 'The weather of a city.',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const METHODS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'weather', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools: [TOOL] }),
  'tools/call': ({ arguments: { city } }) => ({ content: [{ type: 'text', text: `${city}: sunny` }] }),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  const answer = METHODS[method]?.(params ?? {})
  // A notification has no id and gets no response.
  if (id !== undefined)
    console.log(JSON.stringify({ jsonrpc: '2.0', id, ...(answer ? { result: answer } : { error: { code: -32601, message: 'unknown' } }) }))
}
