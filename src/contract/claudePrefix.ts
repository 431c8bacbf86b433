/** The prefix of model ids without which Claude Code does not offer a model in its list. */
export const CLAUDE_PREFIX = 'claude-'
