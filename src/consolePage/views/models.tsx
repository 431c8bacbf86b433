import type { JSX } from 'preact'
import { EmptyState, Heading } from '../parts/basics.js'
import { kindTitles, ModelTable } from '../parts/modelTable.js'
import { statusFeed } from '../state/feeds.js'
import { say } from '../state/language.js'

/** The view that lists current models, and retired ones with their replacement. */
export function ModelsView(): JSX.Element {
  const models = statusFeed.data.value?.models
  const current = models?.filter(({ retired }) => !retired) ?? []
  const retired = models?.filter((model) => model.retired) ?? []
  return (
    <>
      <Heading
        title={say('Models', '模型')}
        about={say(
          'The names that clients may use. Requests for retired models are served by their replacements.',
          '客户端可以使用的模型名。对已停用模型的请求由替代模型处理。',
        )}
      />
      {models === undefined ? <EmptyState>{say('Loading…', '加载中…')}</EmptyState> : null}
      {kindTitles().map(([kind, title]) => (
        <ModelTable key={kind} title={title} models={current.filter((model) => model.kind === kind)} />
      ))}
      <ModelTable title={say('Retired', '已停用')} models={retired} />
    </>
  )
}
