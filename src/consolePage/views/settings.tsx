import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { EmptyState, Heading } from '../parts/basics.js'
import { statusFeed } from '../state/feeds.js'
import { say } from '../state/language.js'

/** The view of the server's settings. The API returns secrets only as `set` or `unset`. */
export function SettingsView(): JSX.Element {
  const status = statusFeed.data.value
  const search = useSignal('')
  const isChangedOnly = useSignal(false)
  const wanted = search.value.trim().toLowerCase()
  const shown = status?.settings.filter(
    ({ name, meaning, is_default: isDefault }) =>
      `${name} ${meaning}`.toLowerCase().includes(wanted) && !(isChangedOnly.value && isDefault),
  )
  return (
    <>
      <Heading
        title={say('Settings', '设置')}
        about={say(
          'Environment variables of the server. Changes take effect after a restart; secrets are never shown.',
          '服务器的环境变量，重启后更改才会生效；敏感信息从不显示。',
        )}
      />
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>{say('Search', '搜索')}</span>
          <input type="search" value={search.value} onInput={(event) => (search.value = event.currentTarget.value)} />
        </label>
        <label class="tick">
          <input type="checkbox" checked={isChangedOnly.value} onChange={(event) => (isChangedOnly.value = event.currentTarget.checked)} />
          <span>{say('only those that are set', '仅显示已设置的')}</span>
        </label>
      </form>
      {shown === undefined ? <EmptyState>{say('Loading…', '加载中…')}</EmptyState> : null}
      {shown?.length === 0 ? <EmptyState>{say('No setting matches.', '没有匹配的设置。')}</EmptyState> : null}
      <dl class="settings">
        {shown?.map(({ name, value, is_default: isDefault, is_secret: isSecret, meaning }) => (
          <div key={name} class={isDefault ? 'default' : ''}>
            <dt>
              <code>{name}</code>
              {isDefault ? null : <span class="chip">{say('set', '已设置')}</span>}
            </dt>
            <dd class="value">
              {isSecret ? (
                <span class="note">
                  {value === 'set' ? say('secret, set', '敏感信息，已设置') : say('secret, not set', '敏感信息，未设置')}
                </span>
              ) : (
                <code>{value || say('(none)', '（无）')}</code>
              )}
            </dd>
            <dd class="note" lang="en">
              {meaning}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
