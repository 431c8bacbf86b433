import { type Signal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { adminToken, callConsole, RequestFailure } from './session.js'
import type { ConsoleRequests, ConsoleSeries, ConsoleStatus, ConsoleUsage } from './types.js'

const INTERVAL_MS = 5_000

/** Data of the console's API that is fetched again every 5 seconds while it is shown. */
export interface Feed<T> {
  readonly data: Signal<T | undefined>
  /** Why the last fetch failed; undefined after a success. */
  readonly failure: Signal<RequestFailure | undefined>
  /** Fetches now. */
  refresh(): Promise<void>
}

/** The time of the last fetch, in Unix milliseconds: relative times count from it. */
export const now = signal(Date.now())

function makeFeed<T>(path: string): Feed<T> {
  const data = signal<T | undefined>(undefined)
  const failure = signal<RequestFailure | undefined>(undefined)
  adminToken.subscribe((token) => {
    if (token === undefined) data.value = undefined
  })
  const refresh = async (): Promise<void> => {
    const token = adminToken.peek()
    if (token === undefined) return
    try {
      const fetched = await callConsole<T>(path)
      if (adminToken.peek() !== token) return
      data.value = fetched
      failure.value = undefined
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error
      failure.value = error
    }
    now.value = Date.now()
  }
  return { data, failure, refresh }
}

/** GET /console/api/status */
export const statusFeed = makeFeed<ConsoleStatus>('status')
/** GET /console/api/series */
export const seriesFeed = makeFeed<ConsoleSeries>('series')
/** GET /console/api/requests */
export const requestsFeed = makeFeed<ConsoleRequests>('requests')
/** GET /console/api/usage */
export const usageFeed = makeFeed<ConsoleUsage>('usage')

/** Fetches a feed while the component is shown, and pauses while the page is hidden. */
export function useFeed<T>(feed: Feed<T>): T | undefined {
  useEffect(() => {
    let isFetching = false
    const tick = (): void => {
      if (document.hidden || isFetching) return
      isFetching = true
      feed.refresh().finally(() => {
        isFetching = false
      })
    }
    tick()
    const timer = setInterval(tick, INTERVAL_MS)
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
    }
  }, [feed])
  return feed.data.value
}
