/** One file of a job, as the hub described it. */
export type ResolvedFile = {
  /** Where to ask for it; a hub may redirect to a signed address that expires. */
  url: string
  /** Relative to the data directory: where it is installed. */
  path: string
  /** Bytes; null when the server does not say. */
  size: number | null
  /** Lower-case hex; null when nobody published one. */
  sha256: string | null
  etag: string | null
  role: 'weights' | 'projector'
}

/** What a reference stands for at the moment of asking. */
export type ResolvedDownload = {
  /** The same for every way of writing the same thing: one job for one target. */
  target: string
  /** The id in the catalog once it is installed. */
  modelId: string
  revision: string | null
  quantization: string | null
  licence: string | null
  files: readonly ResolvedFile[]
  /** Whether the token for the hub may be sent to `url`'s origin. */
  hub: boolean
}
