// What the environment already says wins over the file.
import { existsSync } from 'node:fs'

/** Reads `.env` of the project, if there is one, into the environment. */
export function loadDotenv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}
