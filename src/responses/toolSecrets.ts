import { omit, replaceMember } from '../contract/copyOnWrite.js'
import { isRecord } from '../contract/isRecord.js'
import type { ModelResponse } from '../contract/types.js'

/** A tool, with the members that may contain secrets of an MCP server or of a container. */
export type ToolWithSecrets = ModelResponse['tools'][number] & {
  readonly authorization?: unknown
  readonly headers?: unknown
  readonly server_url?: unknown
  readonly container?: unknown
  readonly environment?: unknown
  /** The tools of a namespace. */
  readonly tools?: unknown
}

/**
 * Like OpenAI, removes the credentials of an MCP server, all of its URL but the origin, and the
 * secrets of the container in which a code interpreter or a shell runs; also from the tools of a
 * namespace.
 */
export function withoutSecrets(tool: ToolWithSecrets): ToolWithSecrets {
  if (tool.type !== 'mcp') {
    const { container, environment } = tool
    const cleaned = replaceMember(withoutNestedSecrets(tool), 'container', withoutDomainSecrets(container))
    return replaceMember(cleaned, 'environment', withoutDomainSecrets(environment))
  }
  const { authorization: _, headers: _headers, server_url: url, ...rest } = tool
  const origin = typeof url === 'string' && URL.canParse(url) ? { server_url: new URL(url).origin } : {}
  return { ...rest, ...origin, headers: null }
}

const withoutDomainSecrets = (container: unknown): unknown =>
  isRecord(container) && isRecord(container.network_policy)
    ? { ...container, network_policy: omit(container.network_policy, 'domain_secrets') }
    : container

/** Removes the secrets of the tools that an item declares, or that a namespace contains. */
export const withoutNestedSecrets = <T extends { readonly tools?: unknown }>(owner: T): T =>
  Array.isArray(owner.tools)
    ? { ...owner, tools: owner.tools.map((tool) => (isRecord(tool) ? withoutSecrets(tool as ToolWithSecrets) : tool)) }
    : owner
