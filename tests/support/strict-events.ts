/**
 * The data of each event that the strictest clients see in a stream, such as OpenAI's package for Python: to them every
 * blank line ends an event as soon as there has been an id, and after a `retry` too, with or without data.
 */
export function strictEvents(stream: string): string[] {
  const seen: string[] = []
  let [data, id, named]: [string[], boolean, boolean] = [[], false, false]
  for (const line of stream.split('\n').slice(0, -1)) {
    const [field = '', value = ''] = line.split(/: ?(.*)/s)
    if (line === '') {
      if (data.length > 0 || id || named) seen.push(data.join('\n'))
      data = []
      named = false
    } else if (field === 'data') data.push(value)
    else if (field === 'id') id = true
    else if (field === 'event' || field === 'retry') named = true
  }
  return seen
}
