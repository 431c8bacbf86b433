/** Prefix of the model ids that are listed for Claude Code: it ignores ids without this prefix. */
export const CLAUDE_PREFIX = 'claude-'
