import { CLAUDE_PREFIX } from '../contract/claudePrefix.js'
import type { AnthropicModel, Model } from '../contract/types.js'

/** Converts a model to Anthropic's format. @param id - the model id that clients see */
export const toAnthropicModel = (model: Model, id = model.id): AnthropicModel => ({
  type: 'model',
  id,
  display_name: model.display_name ?? model.id,
  created_at: new Date(model.created * 1000).toISOString().replace('.000Z', 'Z'),
  max_input_tokens: model.context_window ?? null,
  max_tokens: model.max_output_tokens ?? null,
  capabilities: null,
  lifecycle: model.retired === true ? 'retired' : 'active',
  deprecated_at: null,
  retires_at: null,
  line: null,
})

/**
 * Lists current models under ids with the prefix `claude-`, because Claude Code shows only these,
 * then all models under their own ids.
 */
export const toAnthropicModels = (models: readonly Model[]): AnthropicModel[] => [
  ...models.flatMap((model) => (isOffered(model) ? toAnthropicModel(model, `${CLAUDE_PREFIX}${model.id}`) : [])),
  ...models.map((model) => toAnthropicModel(model)),
]

const isOffered = ({ id, retired, max_output_tokens: most }: Model): boolean =>
  retired !== true && typeof most === 'number' && !id.startsWith(CLAUDE_PREFIX)
