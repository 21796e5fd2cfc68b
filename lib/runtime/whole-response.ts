/**
 * A `Response` that still has its text. Our own web server (lib/web/hot-paths.ts) sends it as it is, instead of reading it back from the
 * stream that every `Response` makes of its body; to everybody else it is a `Response` like any other.
 */
export class WholeResponse extends Response {
  readonly whole: string

  constructor(whole: string, init: ResponseInit) {
    super(whole, init)
    this.whole = whole
  }
}
