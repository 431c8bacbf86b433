/** Prefix of model ids. Claude Code lists only models whose ids begin with it. */
export const CLAUDE_PREFIX = 'claude-'
