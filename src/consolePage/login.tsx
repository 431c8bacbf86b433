import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { Notice } from './parts/basics.js'
import { Logo } from './parts/icon.js'
import { Switches } from './parts/switches.js'
import { statusFeed } from './state/feeds.js'
import { say } from './state/language.js'
import { adminToken, callConsole, RequestFailure, signOutReason } from './state/session.js'
import type { StatusData } from './state/types.js'

/** The login of the console: a form for ADMIN_TOKEN, which the server verifies. */
export function Login(): JSX.Element {
  const input = useRef<HTMLInputElement>(null)
  const isTrying = useSignal(false)
  const failure = signOutReason.value
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const token = input.current?.value.trim() ?? ''
    if (token === '' || isTrying.value) return
    isTrying.value = true
    try {
      statusFeed.data.value = await callConsole<StatusData>('status', {}, token)
      signOutReason.value = undefined
      adminToken.value = token
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error
      signOutReason.value = error
      input.current?.select()
    } finally {
      isTrying.value = false
    }
  }
  return (
    <main class="login">
      <Sky />
      <form onSubmit={submit}>
        <Logo />
        <h1>{say('Gemini Proxy console', 'Gemini Proxy 控制台')}</h1>
        <p>{say('Monitor the proxy, diagnose problems, and try requests.', '查看代理的运行情况，找出问题，并直接试用。')}</p>
        <label for="token">{say('Admin token', '管理令牌')}</label>
        <input id="token" ref={input} type="password" autocomplete="off" spellcheck={false} required aria-describedby="token-note" />
        <p id="token-note" class="note">
          {say('It stays in the memory of this page: after a reload, enter it again.', '仅保存在本页面的内存中，刷新后需重新输入。')}
        </p>
        <button type="submit" class="primary" disabled={isTrying.value}>
          {isTrying.value ? say('Checking…', '正在检查…') : say('Open the console', '打开控制台')}
        </button>
        <div role="alert">{failure === undefined ? null : <LoginFailure failure={failure} />}</div>
        <details>
          <summary>{say('Where do I find the admin token?', '令牌在哪里？')}</summary>
          <p>
            {say('It is the value of the setting ', '它是服务器上环境变量 ')}
            <code>ADMIN_TOKEN</code>
            {say(
              ' of the server. If it is not set, the console is disabled. Set it and restart:',
              ' 的值。未设置时控制台关闭。设置后重启：',
            )}
          </p>
          <pre>
            <code>{'export ADMIN_TOKEN="$(openssl rand -hex 24)"\necho "$ADMIN_TOKEN"\nmake run'}</code>
          </pre>
        </details>
      </form>
      <Switches />
    </main>
  )
}

/** The background of the login: the constellation Gemini. */
function Sky(): JSX.Element {
  const stars = [
    [150, 60, 4],
    [235, 150, 2],
    [205, 255, 3],
    [160, 380, 2.5],
    [120, 500, 3],
    [640, 40, 4.5],
    [590, 140, 2],
    [615, 265, 3],
    [668, 390, 2.5],
    [700, 505, 3],
  ] as const
  return (
    <svg class="sky" viewBox="0 0 800 560" aria-hidden="true">
      <path d="M150 60 235 150 205 255 160 380 120 500M640 40 590 140 615 265 668 390 700 505M235 150 590 140M205 255 90 270M615 265 730 250" />
      {stars.map(([x, y, radius]) => (
        <circle key={x} cx={x} cy={y} r={radius} />
      ))}
    </svg>
  )
}

function LoginFailure({ failure }: { readonly failure: RequestFailure }): JSX.Element {
  if (failure.status === 0)
    return (
      <Notice tone="failed" title={say('The server cannot be reached.', '无法连接服务器。')}>
        <p>{say('Check that it is running, then try again.', '请确认服务器正在运行，然后重试。')}</p>
      </Notice>
    )
  if (failure.status === 401 && /ADMIN_TOKEN/.test(failure.message) && /not set|unset/i.test(failure.message))
    return (
      <Notice tone="failed" title={say('ADMIN_TOKEN is not set on the server.', '服务器未设置 ADMIN_TOKEN。')}>
        <p>{say('The console is disabled until ADMIN_TOKEN is set: see below.', '设置之后才能使用控制台，方法见下。')}</p>
      </Notice>
    )
  if (failure.status === 401)
    return (
      <Notice tone="failed" title={say('This is not the admin token.', '管理令牌不正确。')}>
        <p>
          {say(
            'Enter the value of ADMIN_TOKEN; a token of AUTH_TOKEN is not enough.',
            '请输入 ADMIN_TOKEN 的值；AUTH_TOKEN 中的令牌不能用于控制台。',
          )}
        </p>
      </Notice>
    )
  if (failure.status === 429)
    return (
      <Notice tone="failed" title={say('Too many wrong tokens were tried.', '错误令牌尝试次数过多。')}>
        <p>{say('Wait a minute, then try again.', '请等待一分钟后重试。')}</p>
      </Notice>
    )
  return (
    <Notice tone="failed" title={say(`The server answered with status ${failure.status}.`, `服务器返回状态码 ${failure.status}。`)}>
      <p>{failure.message}</p>
    </Notice>
  )
}
