// Temporary
export interface ConsoleStatus { version: string; node: string; started_at: number; uptime_seconds: number; in_flight: number; streams: number; auth: boolean
 upstream: { last_ok: number | null; last_error: ConsoleError | null }; features: string[]
 settings: { name: string; value: string; is_default: boolean; is_secret: boolean; meaning: string }[]
 keys: ConsoleKey[]; models: ConsoleModel[] }
export interface ConsoleError { code: string; message: string; at: number }
export interface ConsoleKey { position: number; end: string; state: 'ok' | 'cooldown' | 'disabled'; disabled_until: number | null; cooldowns: { model: string; until: number; is_daily: boolean }[]; last_ok_at: number | null; last_error: ConsoleError | null }
export interface ConsoleModel { id: string; kind: 'chat' | 'embedding'; retired: boolean; replacement: string | null; levels?: string[] }
export interface ConsoleRequest { at: number; request_id: string; method: string; operation?: string; route?: string; path?: string; caller?: string; model?: string; served_model?: string; stream: boolean; resumed?: boolean; attempts?: number; key?: string; repairs?: string[]; status: number; duration_ms: number; first_byte_ms?: number; prompt_tokens?: number; completion_tokens?: number; reasoning_tokens?: number; cached_tokens?: number; ended_by?: string; error_type?: string; error_code?: string; param?: string; cancelled: boolean }
export interface ConsoleRequests { requests: ConsoleRequest[] }
export interface ConsoleUsage { since: number; prices_as_of: string; rows: UsageRow[]; errors: ErrorCount[] }
export interface UsageRow { caller: string | null; model: string | null; requests: number; errors: number; prompt_tokens: number; completion_tokens: number; reasoning_tokens: number; cached_tokens: number; cost: number | null; currency: 'USD' }
export interface ErrorCount { code: string; status: number; caller: string | null; model: string | null; count: number; last_at: number }
export interface ConsoleSample { at: number; requests: number; errors: number; p50_ms: number | null; p90_ms: number | null; p99_ms: number | null; streams: number; in_flight: number; rss_mb: number; loop_delay_ms: number }
export interface ConsoleSeries { interval_ms: number; samples: ConsoleSample[] }
export interface CheckList { checks: { id: string; title: { en: string; zh: string } }[] }
export interface CheckOutcome { id: string; status: 'ok' | 'warning' | 'failed' | 'skipped'; message: { en: string; zh: string }; next_step: { en: string; zh: string } | null; duration_ms: number }
