/** Bytes as a response's body. The reader pulls each part, so that a slow download holds one part and not the whole. */
export function streamOf(parts: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const each = parts[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const part = await each.next()
      if (part.done) controller.close()
      else controller.enqueue(part.value)
    },
    async cancel() {
      await each.return?.()
    },
  })
}
