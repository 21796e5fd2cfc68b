// Rules of our own, which oxlint.config.ts loads.

/**
 * Browsers that translate a page wrap its text nodes in elements of their own. React then fails to put something in before such a
 * text, or to take it away: where something beside a text comes and goes, the text has an element of its own.
 */
const textOfItsOwn =
  'Put the text into an element of its own: a translated page breaks where something beside a bare text comes and goes.'

/** A text without an element of its own (written out, or an expression that is not plainly an element), beside what comes and goes. */
const bareTexts = [
  'JSXText[value=/\\S/]',
  'JSXExpressionContainer[expression.type=/Literal/]',
  'JSXExpressionContainer[expression.type="MemberExpression"]',
  'JSXExpressionContainer[expression.type="Identifier"][expression.name!="children"]',
  'JSXExpressionContainer[expression.type="CallExpression"][expression.callee.property.name!="map"]',
].map(
  (text) =>
    `:matches(JSXElement, JSXFragment):has(> ${text}) > JSXExpressionContainer > :matches(LogicalExpression, ConditionalExpression)`,
)

type Context = { report: (problem: { node: unknown; message: string }) => void }

export default {
  meta: { name: 'portal' },
  rules: {
    'text-of-its-own': {
      create: ({ report }: Context) =>
        Object.fromEntries(
          bareTexts.map((selector) => [
            selector,
            (node: unknown) => {
              report({ node, message: textOfItsOwn })
            },
          ]),
        ),
    },
  },
}
