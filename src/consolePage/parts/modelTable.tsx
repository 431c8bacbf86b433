import type { JSX } from 'preact'
import type { ModelKind } from '../../contract/modelKind.js'
import { say } from '../state/language.js'
import type { ConsoleModel } from '../state/types.js'
import { CopyButton } from './basics.js'

/** The data that is shown of a model; `replacement` is null unless the model is retired. */
type ModelRow = Pick<ConsoleModel, 'id' | 'levels' | 'replacement'>

/** Returns the kinds of models with their titles, in display order. */
export const kindTitles = (): readonly (readonly [kind: ModelKind, title: string])[] => [
  ['chat', say('Chat', '对话')],
  ['speech', say('Speech', '语音合成')],
  ['transcription', say('Transcription', '语音转写')],
  ['embedding', say('Embeddings', '向量')],
]

/** A titled list of models; renders nothing for an empty list. */
export function ModelTable({ title, models }: { readonly title: string; readonly models: readonly ModelRow[] }): JSX.Element | null {
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
                <span class="note">{say('reasoning', '思考档位')}</span>
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
                {say('answered by ', '替代模型：')}
                <code>{replacement}</code>
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
