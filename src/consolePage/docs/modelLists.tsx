import type { JSX } from 'preact'
import { kindOfListedModel } from '../../contract/modelKind.js'
import type { Model } from '../../contract/types.js'
import { kindTitles, ModelTable } from '../parts/modelTable.js'
import { say } from '../state/language.js'
import { areModelsListed, currentChatModels, currentModels, models } from './server.js'

/** Collapsible lists of the models by kind; the summary names the three newest chat models. */
export function ModelLists(): JSX.Element {
  const retired = models.value.filter((model) => model.retired)
  return (
    <details class="card model-lists">
      <summary>
        <h2>
          {say('Models', '模型')} <span class="amount">{currentModels.value.length}</span>
        </h2>
        <span class="note newest">
          {currentChatModels.value
            .slice(0, 3)
            .map(({ id }) => id)
            .join(' · ')}
          {' …'}
        </span>
      </summary>
      <p class="note">
        {areModelsListed.value
          ? say('The models that this server lists.', '此服务器提供的模型。')
          : say(
              'The models of this version. Enter a token for the list of this server.',
              '此版本内置的模型。输入令牌后显示此服务器的模型列表。',
            )}
      </p>
      {kindTitles().map(([kind, title]) => (
        <ModelTable key={kind} title={title} models={currentModels.value.filter((model) => kindOfListedModel(model) === kind).map(toRow)} />
      ))}
      <ModelTable title={say('Retired', '已停用')} models={retired.map(toRow)} />
    </details>
  )
}

// The table shows a replacement only if the model is retired.
const toRow = ({ id, thinking_levels: levels, retired, replacement }: Model) => ({
  id,
  levels,
  replacement: retired ? (replacement ?? null) : null,
})
