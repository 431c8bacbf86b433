/** The prefix with which Claude Code offers a model in its list. */
export const CLAUDE_PREFIX = 'claude-'
