import { randomId } from '../../contract/ids.js'
import type { OpenItem, OutputItem, ResponseEmitter } from './emitter.js'

/** A `web_search_call` item whose sources may still be unknown. */
export interface OpenSearch extends OpenItem {
  /** Completes the item. @param sources - URLs; undefined if the client did not ask for them */
  complete(sources: readonly string[] | undefined): void
}

type SearchItem = Extract<OutputItem, { type: 'web_search_call' }>

/** Starts the output item of a web search that Google has already run. */
export function startSearchItem(emitter: ResponseEmitter, queries: readonly string[]): OpenSearch {
  const item_id = `ws_${randomId()}`
  const action: SearchItem['action'] = { type: 'search', query: queries[0] ?? '', queries: [...queries] }
  const toItem = (status: SearchItem['status'], sources?: readonly string[]): SearchItem => ({
    id: item_id,
    type: 'web_search_call',
    status,
    action: sources === undefined ? action : { ...action, sources: sources.map((url) => ({ type: 'url', url })) },
  })
  const output_index = emitter.startItem(toItem('in_progress'))
  const location = { item_id, output_index }
  emitter.emit({ type: 'response.web_search_call.in_progress', ...location })
  emitter.emit({ type: 'response.web_search_call.searching', ...location })
  const complete = (sources: readonly string[] | undefined): void => {
    emitter.emit({ type: 'response.web_search_call.completed', ...location })
    emitter.completeItem(output_index, toItem('completed', sources))
  }
  return { complete, close: () => complete(undefined), snapshot: () => ({ index: output_index, item: toItem('failed') }) }
}

/** A `code_interpreter_call` item whose result may still be unknown. */
export interface OpenCode extends OpenItem {
  /** Completes the item. @param logs - the code's output; undefined if not requested */
  complete(outcome: string | undefined, logs: string | undefined): void
}

type CodeItem = Extract<OutputItem, { type: 'code_interpreter_call' }>

/** Starts the item of code that Google runs. @param containerId - the same for a whole response */
export function startCodeItem(emitter: ResponseEmitter, code: string, containerId: string): OpenCode {
  const item_id = `ci_${randomId()}`
  const toItem = (status: CodeItem['status'], logs?: string): CodeItem => ({
    id: item_id,
    type: 'code_interpreter_call',
    status,
    container_id: containerId,
    code: status === 'in_progress' ? '' : code,
    outputs: logs === undefined ? null : [{ type: 'logs', logs }],
  })
  const output_index = emitter.startItem(toItem('in_progress'))
  const location = { item_id, output_index }
  emitter.emit({ type: 'response.code_interpreter_call.in_progress', ...location })
  if (code !== '') emitter.emit({ type: 'response.code_interpreter_call_code.delta', ...location, delta: code })
  emitter.emit({ type: 'response.code_interpreter_call_code.done', ...location, code })
  emitter.emit({ type: 'response.code_interpreter_call.interpreting', ...location })
  return {
    complete: (outcome, logs) => {
      emitter.emit({ type: 'response.code_interpreter_call.completed', ...location })
      emitter.completeItem(output_index, toItem(outcome === 'OUTCOME_DEADLINE_EXCEEDED' ? 'failed' : 'completed', logs))
    },
    close: () => emitter.completeItem(output_index, toItem('incomplete')),
    snapshot: () => ({ index: output_index, item: toItem('incomplete') }),
  }
}
