import { otherMethods } from '#app/_server/methods.ts'
import { openOutcome } from '#lib/services/batch/batch-files.ts'
import { batchFile } from '../file-answer.ts'

export const GET = batchFile(openOutcome, 'outcome')

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
