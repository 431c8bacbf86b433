import { expect, test } from 'vitest'
import { type Answer, checkAnswer, toAnswer } from '../../support/contractHook.js'

const JSON_HEADERS = { 'x-request-id': 'req_1', 'content-type': 'application/json; charset=utf-8' }
const SSE_HEADERS = {
  'x-request-id': 'req_1',
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}
const ERROR = { error: { message: 'm', type: 'server_error', param: null, code: 'upstream_error' } }
const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [] }
const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`
const live = toAnswer(200, JSON_HEADERS, '{"status":"ok"}')
const stream = (text: string): Answer => toAnswer(200, SSE_HEADERS, text)

test.each<[string, string, string, Answer]>([
  ['a JSON answer', 'GET', '/health/live', live],
  ['a stream that ends in [DONE]', 'POST', '/v1/chat/completions', stream(`: note\n\n${event(CHUNK)}data: [DONE]\n\n`)],
  ['a stream that ends in an error', 'POST', '/v1/chat/completions', stream(`${event(CHUNK)}${event(ERROR)}`)],
  [
    'an unknown URL',
    'GET',
    '/x',
    toAnswer(404, JSON_HEADERS, '{"error":{"message":"m","type":"invalid_request_error","param":null,"code":"unknown_url"}}'),
  ],
])('the contract hook accepts %s', (_what, method, path, answer) => {
  expect(() => checkAnswer(method, path, answer)).not.toThrow()
})

test.each<[string, string, string, Answer, RegExp]>([
  ['a missing request id', 'GET', '/health/live', { ...live, headers: { 'content-type': 'application/json' } }, /x-request-id/],
  ['an undeclared status', 'GET', '/health/live', { ...live, status: 418 }, /not declared/],
  [
    'a body that does not match its schema',
    'GET',
    '/health/live',
    toAnswer(200, JSON_HEADERS, '{"status":"bad"}'),
    /must be equal to constant/,
  ],
  [
    'an undeclared content type',
    'GET',
    '/health/live',
    toAnswer(200, { ...JSON_HEADERS, 'content-type': 'text/html' }, 'x'),
    /content type/,
  ],
  ['a missing required header', 'GET', '/v1/models', toAnswer(401, JSON_HEADERS, JSON.stringify(ERROR)), /WWW-Authenticate is missing/],
  [
    'an error without param',
    'GET',
    '/x',
    toAnswer(404, JSON_HEADERS, '{"error":{"message":"","type":"server_error","code":null}}'),
    /'param'/,
  ],
  ['an event that is not a chunk', 'POST', '/v1/chat/completions', stream(`${event({ id: 1 })}data: [DONE]\n\n`), /event/],
  ['an event that is not JSON', 'POST', '/v1/chat/completions', stream('data: hello\n\ndata: [DONE]\n\n'), /event/],
  ['a stream without a final event', 'POST', '/v1/chat/completions', stream(event(CHUNK)), /without \[DONE\]/],
  ['[DONE] after an error', 'POST', '/v1/chat/completions', stream(`${event(ERROR)}data: [DONE]\n\n`), /only and last/],
  ['two ends', 'POST', '/v1/chat/completions', stream(`data: [DONE]\n\n${event(CHUNK)}data: [DONE]\n\n`), /twice/],
  [
    'a stream that may be cached',
    'POST',
    '/v1/chat/completions',
    toAnswer(200, { ...SSE_HEADERS, 'cache-control': '' }, 'data: [DONE]\n\n'),
    /cache/,
  ],
])('the contract hook reports %s', (_what, method, path, answer, problem) => {
  expect(() => checkAnswer(method, path, answer)).toThrow(problem)
})
