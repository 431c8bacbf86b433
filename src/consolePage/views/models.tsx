import type { JSX } from 'preact'
import { CopyButton, Empty, Heading } from '../parts/basics.js'
import { statusFeed } from '../state/feeds.js'
import { say } from '../state/language.js'
import type { ConsoleModel } from '../state/types.js'

/** The models with their levels of reasoning; retired ones with their replacement. */
export function ModelsView(): JSX.Element {
  const models = statusFeed.data.value?.models
  const current = models?.filter(({ retired }) => !retired) ?? []
  const retired = models?.filter((model) => model.retired) ?? []
  return (
    <>
      <Heading
        title={say('Models', '模型')}
        about={say(
          'The names that clients may use. Retired models are answered by their replacement.',
          '客户端可使用的名称。已停用的模型由替代模型响应。',
        )}
      />
      {models === undefined ? <Empty>{say('Loading…', '加载中…')}</Empty> : null}
      <ModelTable title={say('Chat', '对话')} models={current.filter(({ kind }) => kind === 'chat')} />
      <ModelTable title={say('Embeddings', '嵌入')} models={current.filter(({ kind }) => kind === 'embedding')} />
      <ModelTable title={say('Retired', '已停用')} models={retired} />
    </>
  )
}

function ModelTable({ title, models }: { readonly title: string; readonly models: readonly ConsoleModel[] }): JSX.Element | null {
  if (models.length === 0) return null
  return (
    <section>
      <h2>
        {title} <span class="amount">{models.length}</span>
      </h2>
      <ul class="models">
        {models.map(({ id, levels, replacement }) => (
          <li key={id}>
            <code>{id}</code>
            <CopyButton text={() => id} label={say(`Copy ${id}`, `复制 ${id}`)} isIcon />
            {levels === undefined || levels.length === 0 ? null : (
              <p class="levels">
                <span class="note">{say('reasoning', '思考级别')}</span>
                {levels.map((level) => (
                  <span key={level} class="chip">
                    {level}
                  </span>
                ))}
              </p>
            )}
            {replacement === null ? null : (
              <p>
                <span aria-hidden="true">→ </span>
                {say('answered by ', '由其响应：')}
                <code>{replacement}</code>
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
