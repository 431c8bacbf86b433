import { type Signal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { adminToken, callConsole, RequestFailure } from './session.js'
import type { ConsoleRequests, ConsoleSeries, ConsoleUsage, StatusData } from './types.js'

const POLL_MS = 5_000

/** One resource of the console's API. {@link useFeed} fetches it every 5 seconds. */
export interface Feed<T> {
  readonly data: Signal<T | undefined>
  /** The failure of the last fetch of the data; undefined if it succeeded. */
  readonly failure: Signal<RequestFailure | undefined>
  /** Fetches the data immediately. */
  refresh(): Promise<void>
}

/** Unix milliseconds of the last fetch of any feed; views show ages of data relative to it. */
export const lastFetchedAt = signal(Date.now())

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
    lastFetchedAt.value = Date.now()
  }
  return { data, failure, refresh }
}

/** The feed of `GET /console/api/status`: state, settings, keys and models. */
export const statusFeed = makeFeed<StatusData>('status')
/** The feed of `GET /console/api/series`: samples for the charts. */
export const seriesFeed = makeFeed<ConsoleSeries>('series')
/** The feed of `GET /console/api/requests`: the latest finished requests. */
export const requestsFeed = makeFeed<ConsoleRequests>('requests')
/** The feed of `GET /console/api/usage`: usage and errors. */
export const usageFeed = makeFeed<ConsoleUsage>('usage')

/** Fetches a feed every 5 s while a component uses it and the page is visible. @returns the data */
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
    const timer = setInterval(tick, POLL_MS)
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
    }
  }, [feed])
  return feed.data.value
}
