import fc from 'fast-check'

/** Any UTF-16 text, with the troublesome parts likely: NUL, half pairs, and spelt-out escapes. */
export const anyText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'binary' }) },
      fc.constantFrom('\0', '\ud800', '\udc00', '\\u0000', '\\\\u0000', '\\ud800', '"', '\\'),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
  )
  .map((parts) => parts.join(''))
