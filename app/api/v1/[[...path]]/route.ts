import { apiRoute } from '#app/_server/api.ts'
import { problem } from '#app/_server/problem.ts'

/** Every other address below /api/v1 answers with a problem document: a program can't read a page. */
const nothing = apiRoute(() => Promise.resolve(problem('not_found')))

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT }
