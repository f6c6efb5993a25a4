/** The shortest password that is accepted, in characters. A file of its own, so that forms need no schema for it. */
export const MIN_PASSWORD_LENGTH = 10
