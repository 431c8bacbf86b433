import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { CopyButton, Notice } from '../parts/basics.js'
import { Icon } from '../parts/icon.js'
import { explain } from '../state/explain.js'
import { formatCount, formatMs } from '../state/format.js'
import { languageTag, say } from '../state/language.js'
import type { RequestEntry } from '../state/types.js'

/** The dialog that shows all fields of one finished request. */
export function RequestDialog({ request, close }: { readonly request: RequestEntry | undefined; close(): void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (request !== undefined && dialog.current?.open === false) dialog.current.showModal()
  }, [request])
  const explanation = explain(request?.error_code)
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="request-title">
      <header>
        <h2 id="request-title">{say('Request', '请求')}</h2>
        <button type="button" class="plain" aria-label={say('Close', '关闭')} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      {request === undefined ? null : (
        <>
          <p class="request-id">
            <code>{request.request_id}</code>
            <CopyButton text={() => request.request_id} label={say('Copy the request id', '复制请求 ID')} />
          </p>
          {explanation === undefined ? null : (
            <Notice tone="warning" title={explanation.cause}>
              <p>{explanation.nextStep}</p>
            </Notice>
          )}
          <dl class="fields">
            {requestFields(request).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </dialog>
  )
}

/** Returns the labels and values of those fields that the request has. */
function requestFields(request: RequestEntry): (readonly [name: string, value: ComponentChildren])[] {
  const yes = (flag: boolean | undefined): string | undefined => (flag ? say('yes', '是') : undefined)
  const tokens = (count: number | undefined): string | undefined => (count === undefined ? undefined : formatCount(count))
  const code = (text: string | undefined): JSX.Element | undefined => (text === undefined ? undefined : <code>{text}</code>)
  const fields: (readonly [string, ComponentChildren])[] = [
    [say('Time', '时间'), new Date(request.at).toLocaleString(languageTag(), { hour12: false })],
    [say('Status', '状态码'), request.status === 499 ? say('499, the client disconnected', '499，客户端已断开') : request.status],
    [say('Error code', '错误码'), code(request.error_code)],
    [say('Error type', '错误类型'), code(request.error_type)],
    [say('Parameter', '参数'), code(request.param)],
    [say('Method', '方法'), request.method],
    [say('Operation', '操作'), request.operation],
    [say('Route', '路由'), code(request.route)],
    [say('Path', '路径'), code(request.path)],
    [say('Caller', '调用方'), request.caller],
    [say('Model', '模型'), request.model],
    [say('Served by', '实际模型'), request.served_model],
    [say('Gemini key', 'Gemini 密钥'), request.key === undefined ? undefined : `••••${request.key}`],
    [say('Attempts', '尝试次数'), request.attempts],
    [say('Stream', '流式'), yes(request.stream)],
    [say('Reconnected', '重连'), yes(request.resumed)],
    [say('Duration', '耗时'), formatMs(request.duration_ms)],
    [say('First event', '首个事件'), request.first_byte_ms === undefined ? undefined : formatMs(request.first_byte_ms)],
    [say('Prompt tokens', '输入 token'), tokens(request.prompt_tokens)],
    [say('of them cached', '其中缓存'), tokens(request.cached_tokens)],
    [say('Completion tokens', '输出 token'), tokens(request.completion_tokens)],
    [say('of them reasoning', '其中思考'), tokens(request.reasoning_tokens)],
    [say('Ended by', '截断原因'), request.ended_by],
    [say('Repairs', '兼容处理'), request.repairs?.join(', ')],
  ]
  return fields.filter(([, value]) => value !== undefined)
}
