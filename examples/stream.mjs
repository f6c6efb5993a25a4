// Streams a text and watches a download, with nothing but Node:
//   RUNNEL_KEY=… node examples/stream.mjs
const base = process.env.RUNNEL_URL ?? 'http://127.0.0.1:3000'
const headers = {
  authorization: `Bearer ${process.env.RUNNEL_KEY}`,
  'content-type': 'application/json',
}

/** Yields the events of a stream; each has `event`, `id` and `data`. */
async function* events(response) {
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const frames = (text + chunk).split('\n\n')
    text = frames.pop()
    for (const frame of frames) {
      const fields = frame.split('\n').map((line) => line.split(/: (.*)/s))
      const { event = 'message', id, data } = Object.fromEntries(fields)
      if (data !== undefined) yield { event, id, data }
    }
  }
}

const answer = await fetch(`${base}/v1/infer`, {
  method: 'POST',
  headers,
  body: JSON.stringify({ prompt: 'Once upon a time', stream: true, max_tokens: 60 }),
})
for await (const { event, data } of events(answer)) {
  if (data === '[DONE]') break
  if (event === 'message') process.stdout.write(JSON.parse(data).token)
}
console.log()

const download = await fetch(`${base}/v1/models/download`, {
  method: 'POST',
  headers,
  body: JSON.stringify({ model_ref: 'builtin:storyteller' }),
})
const { download_id } = await download.json()
const progress = await fetch(`${base}/v1/models/download/progress?download_id=${download_id}`, {
  headers,
})
for await (const { event, data } of events(progress)) {
  const { bytes, total } = JSON.parse(data)
  console.log(event, bytes ?? '', total ? `of ${total}` : '')
}
