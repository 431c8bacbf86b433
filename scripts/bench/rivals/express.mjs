// For comparison: a proxy as a user would write it with Express and OpenAI's SDK.
import express from 'express'
import OpenAI from 'openai'

const client = new OpenAI({ apiKey: process.env.GEMINI_API_KEY, baseURL: process.env.GEMINI_BASE_URL, maxRetries: 2 })
const app = express()
app.use(express.json({ limit: '32mb' }))

app.use((request, response, next) => {
  if (request.get('authorization') === `Bearer ${process.env.AUTH_TOKEN}`) return next()
  response.status(401).json({ error: { message: 'Invalid API key.', type: 'invalid_request_error', code: 'invalid_api_key' } })
})

app.post('/v1/chat/completions', async (request, response) => {
  try {
    if (!request.body.stream) return response.json(await client.chat.completions.create(request.body))
    const stream = await client.chat.completions.create(request.body)
    response.on('close', () => stream.controller.abort())
    response.setHeader('content-type', 'text/event-stream')
    for await (const chunk of stream) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    response.end('data: [DONE]\n\n')
  } catch (error) {
    if (response.headersSent) return response.destroy()
    const { status = 502, message, code } = error
    response.status(status).json({ error: { message, type: 'upstream_error', code } })
  }
})

const server = app.listen(Number(process.env.PORT), '127.0.0.1')
server.keepAliveTimeout = 60_000
