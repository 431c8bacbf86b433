import type { AnswerOf } from '../../contract/types.js'

/** Settings, keys and models of the server, with its state. */
export type StatusData = AnswerOf<'getConsoleStatus'>
/** The state of one Gemini key. */
export type ConsoleKey = StatusData['keys'][number]
/** A model in the status. */
export type ConsoleModel = StatusData['models'][number]
/** The latest finished requests. */
export type ConsoleRequests = AnswerOf<'listConsoleRequests'>
/** One finished request. */
export type RequestEntry = ConsoleRequests['requests'][number]
/** Usage and errors by caller and model. */
export type ConsoleUsage = AnswerOf<'getConsoleUsage'>
/** Usage of one caller with one model. */
export type ConsoleUsageRow = ConsoleUsage['rows'][number]
/** Load samples of the last 15 minutes. */
export type ConsoleSeries = AnswerOf<'getConsoleSeries'>
/** The checks of the doctor. */
export type CheckList = AnswerOf<'listChecks'>
/** The result of one check. */
export type CheckOutcome = AnswerOf<'runCheck'>
