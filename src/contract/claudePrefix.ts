/** The prefix of model ids that Claude Code requires to list a model. */
export const CLAUDE_PREFIX = 'claude-'
