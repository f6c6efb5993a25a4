/** For how many replies a fault acts; for ever unless told. */
type Times = { times?: number }

/** What the hub does wrong: one switch each, to be set and deleted while it runs. Sizes are bytes of one reply. */
export type Faults = {
  /** A 200 with the whole body to a range request. */
  ignoreRange?: Times
  /** A 206 that begins elsewhere than was asked. */
  wrongOffset?: Times
  /** A 206 whose `Content-Range` ends before what was asked. */
  wrongLength?: Times
  /** A 206 whose `Content-Length` is this much more than its `Content-Range` says, with bytes from elsewhere. */
  disagreeingLength?: Times & { by: number }
  /** Bytes that are not those of the file, under headers that are right, to ranges only. */
  wrongBytes?: Times
  /** Headers that replies have besides, or instead of the right ones. */
  headers?: Times & { values: Record<string, string> }
  /** Neither entity tag nor date. */
  noValidator?: Times
  /** 101 to every request. */
  switchProtocol?: Times
  /** A page with status 200 instead of the file. */
  page?: Times & { type: 'html' | 'json' }
  /** The body ends, with its connection, before `Content-Length`. */
  endEarly?: Times & { afterBytes: number }
  /** The connection is reset. */
  reset?: Times & { afterBytes: number }
  /** Nothing more is sent, and the connection stays open. */
  stall?: Times & { afterBytes: number }
  /** A signed address refuses requests once that many bytes went over it. */
  expire?: Times & { afterBytes: number }
  /** The hub redirects to itself for ever. */
  redirectLoop?: Times
  /** The hub redirects there instead of to the signed address. */
  redirectTo?: Times & { url: string }
  /** 416 to every range. */
  rangeNotSatisfiable?: Times
  /** An error status, with `Retry-After` in seconds or as a date when it is told. */
  status?: Times & {
    code: number
    retryAfter?: { seconds: number; as: 'seconds' | 'date' }
    /** Which server answers it: the one for files unless told. */
    at?: 'hub' | 'cdn'
  }
  /** 401 for everybody without the hub's token. */
  private?: Times
  /** 403 with the hub's word for a model whose terms were not accepted. */
  gated?: Times
  /** No `Content-Length`, and 200. */
  noLength?: Times
  /** No support for ranges at all. */
  noRanges?: Times
  /** Every connection is closed as soon as it is made. */
  down?: Times
  /** Bytes a second for one reply, once that many went over it in no time. */
  throttle?: Times & { bytesPerSecond: number; afterBytes?: number }
}

/** Whether the fault acts now; counts it. */
export function acts<F extends Times>(fault: F | undefined): F | null {
  if (!fault) return null
  if (fault.times === undefined) return fault
  if (fault.times <= 0) return null
  fault.times -= 1
  return fault
}
