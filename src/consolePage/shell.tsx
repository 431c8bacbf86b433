import { useSignal } from '@preact/signals'
import type { FunctionComponent, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Notice } from './parts/basics.js'
import { Icon, Logo } from './parts/icon.js'
import { Switches } from './parts/switches.js'
import { Playground } from './playground/playground.js'
import { statusFeed, useFeed } from './state/feeds.js'
import { say } from './state/language.js'
import { currentView, VIEWS, type ViewName } from './state/route.js'
import { signOut } from './state/session.js'
import { Connect } from './views/connect.js'
import { DoctorView } from './views/doctor.js'
import { KeysView } from './views/keys.js'
import { ModelsView } from './views/models.js'
import { Overview } from './views/overview.js'
import { RequestsView } from './views/requests.js'
import { SettingsView } from './views/settings.js'
import { UsageView } from './views/usage.js'

const CONTENTS: Record<ViewName, FunctionComponent> = {
  overview: Overview,
  keys: KeysView,
  requests: RequestsView,
  usage: UsageView,
  models: ModelsView,
  playground: Playground,
  doctor: DoctorView,
  connect: Connect,
  settings: SettingsView,
}

const viewTitles = (): Record<ViewName, string> => ({
  overview: say('Overview', '概览'),
  keys: say('Keys', '密钥'),
  requests: say('Requests', '请求'),
  usage: say('Usage', '用量'),
  models: say('Models', '模型'),
  playground: say('Playground', '试用'),
  doctor: say('Doctor', '诊断'),
  connect: say('Connect', '接入'),
  settings: say('Settings', '设置'),
})

/** The frame of the console: navigation, language and theme switches, and the current view. */
export function Shell(): JSX.Element {
  const isMenuOpen = useSignal(false)
  const main = useRef<HTMLElement>(null)
  const shown = currentView.value
  const isFirst = useRef(true)
  useFeed(statusFeed)
  useEffect(() => {
    isMenuOpen.value = false
    if (!isFirst.current) main.current?.querySelector('h1')?.focus()
    isFirst.current = false
    window.scrollTo(0, 0)
  }, [shown, isMenuOpen])
  const Content = CONTENTS[shown]
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {say('Skip to the content', '跳到内容')}
      </button>
      <header class="bar">
        <a class="brand" href="#/overview">
          <Logo />
          <span>Gemini Proxy</span>
        </a>
        <button
          type="button"
          class="menu"
          aria-expanded={isMenuOpen.value}
          aria-controls="side"
          onClick={() => (isMenuOpen.value = !isMenuOpen.value)}
        >
          <Icon name={isMenuOpen.value ? 'close' : 'menu'} />
          <span>{viewTitles()[shown]}</span>
        </button>
      </header>
      <div id="side" class={isMenuOpen.value ? 'side open' : 'side'}>
        <nav aria-label={say('Views', '视图')}>
          {VIEWS.map((name) => (
            <a key={name} href={`#/${name}`} aria-current={name === shown ? 'page' : undefined}>
              <Icon name={name} />
              {viewTitles()[name]}
            </a>
          ))}
        </nav>
        <div class="foot">
          <Switches />
          <button type="button" class="plain" onClick={() => signOut()}>
            <Icon name="leave" />
            {say('Sign out', '退出')}
          </button>
          <p class="version">{statusFeed.data.value === undefined ? '' : `v${statusFeed.data.value.version}`}</p>
        </div>
      </div>
      <main ref={main} id="main" tabIndex={-1}>
        <ConnectionLost />
        <Content />
      </main>
    </div>
  )
}

function ConnectionLost(): JSX.Element | null {
  const failure = statusFeed.failure.value
  if (failure === undefined) return null
  const title = failure.status === 0 ? say('The server cannot be reached.', '无法连接服务器。') : failure.message
  return (
    <div role="status">
      <Notice tone="failed" title={title}>
        <p>
          {say(
            'The console tries again every 5 seconds; the data shown may be out of date.',
            '控制台每 5 秒重试一次；当前显示的内容可能已过期。',
          )}
        </p>
      </Notice>
    </div>
  )
}
