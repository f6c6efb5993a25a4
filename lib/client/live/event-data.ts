/**
 * What an event of this server carries, as the schema of its name has it; undefined when the text is no JSON object.
 * The page and the server are of one build, so what the type promises is what comes.
 */
export function eventData<T extends object>(json: string): T | undefined {
  try {
    const value = JSON.parse(json)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
