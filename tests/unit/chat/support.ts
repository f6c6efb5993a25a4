import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnswerEncoder } from '@/lib/chat/answer-encoder'
import { Chats } from '@/lib/chat/chats'
import type { AnswerRunner, RunningAnswer } from '@/lib/chat/types'
import type { FinishReason, GenerateRequest } from '@/lib/engines/types'
import { type Db, openDatabase } from '@/lib/platform/db/open'
import { type AppError, isAppError } from '@/lib/platform/errors'
import { MemoryLog } from '@/lib/sse/memory-log'
import { searchOn } from '../../support/text-search'

type Result = Awaited<ReturnType<RunningAnswer['result']>>

const TIMINGS = {
  queuedMs: 0,
  loadMs: 0,
  promptMs: 3,
  generationMs: 10,
  firstTokenMs: 4,
  promptTokensPerSecond: 1000,
  tokensPerSecond: 200,
}

/** A generation that a test writes itself. */
export class ScriptedAnswer implements RunningAnswer {
  readonly log = new MemoryLog({ maxEntries: 100, maxBytes: 1e6, maxAgeMs: 1e9 })
  private written = ''
  private readonly listeners = new Set<(end: Result | AppError) => void>()
  private end: Result | AppError | undefined

  constructor(
    readonly id: string,
    readonly request: GenerateRequest,
    private readonly encoder: Pick<AnswerEncoder, 'encode'>,
  ) {}

  text(): string {
    return this.written
  }

  result(): Promise<Result> {
    return new Promise((resolve, reject) => {
      const settle = (end: Result | AppError) => (isAppError(end) ? reject(end) : resolve(end))
      if (this.end) settle(this.end)
      else this.listeners.add(settle)
    })
  }

  write(text: string): void {
    this.written += text
    this.log.append({ data: text })
  }

  think(text: string): void {
    const event = { kind: 'reasoning', text, tokens: 1 } as const
    for (const frame of this.encoder.encode({ choice: 0, event })) this.log.append(frame)
  }

  finish(finishReason: FinishReason = 'stop'): void {
    const usage = { promptTokens: 5, cachedTokens: 2, completionTokens: 7 }
    this.endWith({ choices: [{ text: this.written, finishReason, usage, timings: TIMINGS }] })
  }

  fail(error: AppError): void {
    this.endWith(error)
  }

  stop(): void {
    this.finish('cancelled')
  }

  private endWith(end: Result | AppError): void {
    this.end = end
    for (const listener of this.listeners) listener(end)
    this.log.end()
  }
}

/** A runner of scripted answers. */
export class ScriptedRunner implements AnswerRunner {
  readonly started: ScriptedAnswer[] = []
  refusal: AppError | undefined

  start({ requests: [request], encoder }: Parameters<AnswerRunner['start']>[0]): ScriptedAnswer {
    if (this.refusal) throw this.refusal
    if (!request) throw new Error('No request.')
    const answer = new ScriptedAnswer(`gen-${this.started.length + 1}`, request, encoder)
    this.started.push(answer)
    return answer
  }

  get(id: string): ScriptedAnswer | undefined {
    return this.started.find((answer) => answer.id === id)
  }

  get last(): ScriptedAnswer {
    const answer = this.started.at(-1)
    if (!answer) throw new Error('Nothing was started.')
    return answer
  }
}

export const ANNE = { userId: 'anne', client: 'user:anne' }
export const BORIS = { userId: 'boris', client: 'user:boris' }

/** A database in a file of its own with two users. */
export async function openTestDatabase(): Promise<Db> {
  const db = await openDatabase(mkdtempSync(join(tmpdir(), 'runnel-chat-')))
  for (const { userId: id } of [ANNE, BORIS])
    await db
      .insertInto('users')
      .values({ id, email: `${id}@example.com`, name: id, role: 'user', created_at: 0 })
      .execute()
  return db
}

/** Chats over a real database and scripted answers, with a clock that ticks a minute at each look. */
export async function createChats() {
  const db = await openTestDatabase()
  const runner = new ScriptedRunner()
  const problems: unknown[] = []
  let minutes = 0
  let ids = 0
  const clock = {
    now: () => ++minutes * 60_000,
    monotonic: () => minutes,
    id: () => `id-${String(++ids).padStart(4, '0')}`,
  }
  const logger = { error: (problem: unknown) => void problems.push(problem) }
  const build = () => new Chats({ db, search: searchOn(db), runner, logger, clock })
  /** Resolves when every answer that has ended is saved as ended. */
  const settled = async () => {
    const streaming = db.selectFrom('messages').select('id').where('status', '=', 'streaming')
    while (await streaming.executeTakeFirst()) await new Promise(setImmediate)
  }
  return { db, runner, problems, chats: build(), again: build, settled }
}
