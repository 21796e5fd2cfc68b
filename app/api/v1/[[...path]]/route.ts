import { apiRoute } from '#app/_server/api.ts'
import { problem } from '#app/_server/problem.ts'

/** Every other address below /api/v1: a problem document, where a page would be no help to a program. */
const nothing = apiRoute(() => Promise.resolve(problem('not_found')))

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT }
