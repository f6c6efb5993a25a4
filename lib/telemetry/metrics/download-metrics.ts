import type { DownloadStats } from '@/lib/downloads/jobs/download-stats'
import { type Scraped, samplesOf } from './scraped'

type Stats = Pick<DownloadStats, 'jobs' | 'bytesPerSecond' | 'receivedBytes' | 'retries'>

/** Where downloads stand, how fast they go, and what gets in their way. */
export function describeDownloads(scraped: Scraped, stats: Stats): void {
  scraped.gauge(
    { name: 'runnel_downloads', help: 'Downloads by where they stand.', labels: ['state'] },
    () => samplesOf('state', stats.jobs),
  )
  scraped.gauge(
    {
      name: 'runnel_download_speed_bytes_per_second',
      help: 'Speed of all downloads together, as the dashboard shows it.',
    },
    () => [{ value: stats.bytesPerSecond }],
  )
  scraped.counter(
    {
      name: 'runnel_download_received_bytes_total',
      help: 'Bytes that arrived, those that were fetched twice included.',
    },
    () => [{ value: stats.receivedBytes }],
  )
  scraped.counter(
    {
      name: 'runnel_download_retries_total',
      help: 'Times that something was asked for again, by why: `pushback` is a server that wants less at once.',
      labels: ['fault'],
    },
    () => samplesOf('fault', stats.retries),
  )
}
