/** How a conversation asks its model before anybody has changed it. Null leaves the choice to the model. */
export const DEFAULT_CHAT_SETTINGS = {
  system_prompt: '',
  temperature: null,
  top_p: null,
  top_k: null,
  min_p: null,
  thinking: null,
  seed: null,
  max_tokens: null,
} as const

/** What the whole numbers among the settings may be, both ends included. A top_k of 0 is without limit. */
export const CHAT_SETTING_RANGES = {
  top_k: { min: 0, max: 1000 },
  seed: { min: 0, max: 0xffff_ffff },
  max_tokens: { min: 1, max: 1_000_000 },
} as const
