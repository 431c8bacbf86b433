import { computed, signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { EmptyState, Heading, type Tone } from '../parts/basics.js'
import { requestsFeed, useFeed } from '../state/feeds.js'
import { formatCount, formatMs, formatTime, NO_VALUE } from '../state/format.js'
import { say } from '../state/language.js'
import type { RequestEntry } from '../state/types.js'
import { RequestDialog } from './requestDialog.js'

/** The filters of the list of requests; an empty one matches every request. */
const filters = { status: signal(''), caller: signal(''), model: signal(''), operation: signal(''), code: signal('') }
/** The requests that a paused list shows; undefined while the list is not paused. */
const pausedRequests = signal<readonly RequestEntry[] | undefined>(undefined)

const shownRequests = computed(() => pausedRequests.value ?? requestsFeed.data.value?.requests ?? [])
const filteredRequests = computed(() => {
  const code = filters.code.value.trim().toLowerCase()
  return shownRequests.value.filter(
    (request) =>
      (filters.status.value === '' || statusClass(request) === filters.status.value) &&
      matchesFilter(filters.caller.value, request.caller) &&
      matchesFilter(filters.model.value, request.model) &&
      matchesFilter(filters.operation.value, request.operation) &&
      (code === '' || toSearchText(request).includes(code)),
  )
})

const matchesFilter = (wanted: string, value: string | undefined): boolean => wanted === '' || wanted === (value ?? NO_VALUE)
const toSearchText = ({ error_code: code, error_type: type, param, request_id: id }: RequestEntry): string =>
  `${code ?? ''} ${type ?? ''} ${param ?? ''} ${id}`.toLowerCase()
const statusClass = ({ status }: RequestEntry): string => (status === 499 ? '499' : `${Math.floor(status / 100)}xx`)

/** Returns the colour in which an HTTP status is shown. */
export function toneOfStatus(status: number): Tone {
  if (status === 499) return 'quiet'
  if (status >= 500) return 'failed'
  return status >= 400 ? 'warning' : 'ok'
}

/** The view that lists the latest requests, with filters and a dialog for details. */
export function RequestsView(): JSX.Element {
  const data = useFeed(requestsFeed)
  const opened = useSignal<RequestEntry | undefined>(undefined)
  const isFrozen = pausedRequests.value !== undefined
  return (
    <>
      <Heading
        title={say('Requests', '请求')}
        about={say('The last 500 requests of this instance, without their bodies.', '当前实例最近的 500 个请求，不含请求体和响应体。')}
      >
        <button type="button" aria-pressed={isFrozen} onClick={() => (pausedRequests.value = isFrozen ? undefined : shownRequests.value)}>
          {isFrozen ? say('Continue', '继续更新') : say('Pause', '暂停更新')}
        </button>
      </Heading>
      <Filters />
      <p class="count" role="status">
        {say(
          `${formatCount(filteredRequests.value.length)} of ${formatCount(shownRequests.value.length)} requests`,
          `${formatCount(filteredRequests.value.length)} / ${formatCount(shownRequests.value.length)} 个请求`,
        )}
      </p>
      {data === undefined ? <EmptyState>{say('Loading…', '加载中…')}</EmptyState> : null}
      {data !== undefined && filteredRequests.value.length === 0 ? (
        <EmptyState>
          {shownRequests.value.length === 0
            ? say('No request yet. Send one in the playground.', '暂无请求。可在“试用”中发送。')
            : say('No request matches these filters.', '没有符合筛选条件的请求。')}
        </EmptyState>
      ) : null}
      {filteredRequests.value.length > 0 ? (
        <RequestTable requests={filteredRequests.value} open={(request) => (opened.value = request)} />
      ) : null}
      <RequestDialog request={opened.value} close={() => (opened.value = undefined)} />
    </>
  )
}

function Filters(): JSX.Element {
  const values = (read: (request: RequestEntry) => string | undefined): string[] =>
    [...new Set(shownRequests.value.map((request) => read(request) ?? NO_VALUE))].sort()
  const select = (name: 'status' | 'caller' | 'model' | 'operation', label: string, options: readonly string[]): JSX.Element => (
    <label>
      <span>{label}</span>
      <select value={filters[name].value} onChange={(event) => (filters[name].value = event.currentTarget.value)}>
        <option value="">{say('all', '全部')}</option>
        {[...new Set([...options, ...(filters[name].value === '' ? [] : [filters[name].value])])].map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  )
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      {select('status', say('Status', '状态码'), ['2xx', '3xx', '4xx', '5xx', '499'])}
      {select(
        'caller',
        say('Caller', '调用方'),
        values(({ caller }) => caller),
      )}
      {select(
        'model',
        say('Model', '模型'),
        values(({ model }) => model),
      )}
      {select(
        'operation',
        say('Operation', '操作'),
        values(({ operation }) => operation),
      )}
      <label>
        <span>{say('Code or request id', '错误码或请求 ID')}</span>
        <input type="search" value={filters.code.value} onInput={(event) => (filters.code.value = event.currentTarget.value)} />
      </label>
    </form>
  )
}

/** How many rows each key moves the focus down; `Home` and `End` reach the first and last row. */
const MOVES: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

function RequestTable({ requests, open }: { readonly requests: readonly RequestEntry[]; open(request: RequestEntry): void }): JSX.Element {
  const body = useRef<HTMLTableSectionElement>(null)
  // Request id of the row that the Tab key focuses, by default the first; arrow keys change it.
  const current = useSignal<string | undefined>(undefined)
  const found = requests.findIndex((request) => request.request_id === current.value)
  const active = Math.max(0, found)
  const move = (event: KeyboardEvent): void => {
    const step = MOVES[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = Math.min(requests.length - 1, Math.max(0, active + step))
    current.value = requests[next]?.request_id
    body.current?.querySelectorAll<HTMLButtonElement>('button')[next]?.focus()
  }
  return (
    <div class="table-frame">
      <table class="requests">
        <caption class="hidden">
          {say('Requests, newest first. The arrow keys move between rows.', '请求，最新的在前。方向键可在行间移动。')}
        </caption>
        <RequestColumns />
        <tbody ref={body} onKeyDown={move}>
          {requests.map((request, index) => (
            <RequestRow
              key={request.request_id}
              request={request}
              isActive={index === active}
              open={() => {
                current.value = request.request_id
                open(request)
              }}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function RequestColumns(): JSX.Element {
  return (
    <thead>
      <tr>
        <th scope="col">{say('Time', '时间')}</th>
        <th scope="col">{say('Status', '状态码')}</th>
        <th scope="col" class="wide">
          {say('Operation', '操作')}
        </th>
        <th scope="col">{say('Model', '模型')}</th>
        <th scope="col" class="medium">
          {say('Caller', '调用方')}
        </th>
        <th scope="col" class="number medium">
          {say('Duration', '耗时')}
        </th>
        <th scope="col" class="number wide">
          {say('Tokens', 'token 数')}
        </th>
      </tr>
    </thead>
  )
}

function RequestRow({
  request,
  isActive,
  open,
}: {
  readonly request: RequestEntry
  readonly isActive: boolean
  open(): void
}): JSX.Element {
  return (
    <tr onClick={open}>
      <td>
        <button type="button" class="link" tabIndex={isActive ? 0 : -1}>
          {formatTime(request.at)}
        </button>
      </td>
      <td>
        <span class={`status ${toneOfStatus(request.status)}`}>{request.status}</span> <span class="error-code">{request.error_code}</span>
      </td>
      <td class="wide">{request.operation ?? `${request.method} ${request.path ?? NO_VALUE}`}</td>
      <td class="model">{request.model ?? NO_VALUE}</td>
      <td class="medium">{request.caller ?? NO_VALUE}</td>
      <td class="number medium">{formatMs(request.duration_ms)}</td>
      <td class="number wide">
        {request.prompt_tokens === undefined
          ? NO_VALUE
          : `${formatCount(request.prompt_tokens)} → ${formatCount(request.completion_tokens)}`}
      </td>
    </tr>
  )
}
