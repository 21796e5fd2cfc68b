/** Reads the sources: every key is used somewhere, and no page has a word that is not in the catalogue. Missing keys are tsc's to find. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'

const project = join(import.meta.dirname, '../..')
const sources = ['app', 'lib']
  .flatMap((top) =>
    readdirSync(join(project, top), { recursive: true, encoding: 'utf8' }).map((name) => `${top}/${name}`),
  )
  .filter(
    (path) =>
      /\.tsx?$/.test(path) &&
      !/\.test\.tsx?$|\/testing\/|\/generated\/|^lib\/words\/(en|ru)\/|^lib\/simulator\//.test(path),
  )
  .sort()

/** Texts that could name a key: string literals, and templates as expressions (`label.${status}`). */
type Named = { plain: Set<string>; templates: RegExp[] }

const parsed = new Map<string, ts.SourceFile>()

function read(path: string): ts.SourceFile {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const file =
    parsed.get(path) ??
    ts.createSourceFile(path, readFileSync(join(project, path), 'utf8'), ts.ScriptTarget.Latest, true, kind)
  parsed.set(path, file)
  return file
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

function namedIn(file: ts.SourceFile): Named {
  const named: Named = { plain: new Set(), templates: [] }
  const walk = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) named.plain.add(node.text)
    if (ts.isTemplateExpression(node)) {
      const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
      // A template of nothing but a value could be any key.
      if (parts.some((part) => part.includes('.')))
        named.templates.push(new RegExp(`^${parts.map(escaped).join('[^.]+')}$`))
    }
    // `areas: ['pay']` and t(`label.${x}`) alike; `t(status)` is found by its namespace below.
    ts.forEachChild(node, walk)
  }
  walk(file)
  return named
}

function keysOf(words: object, path = ''): string[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' ? [`${path}${key}`] : keysOf(value as object, `${path}${key}.`),
  )
}

/** `useTranslations('status.label')` and then `t(status)`: every key of that namespace may be meant. */
function openNamespaces(file: ts.SourceFile): string[] {
  const open: string[] = []
  const translators = new Map<string, string>()
  const namespaceOf = (node: ts.Node): string | undefined => {
    const call = ts.isAwaitExpression(node) ? node.expression : node
    if (!ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) return undefined
    if (!/^(useTranslations|getTranslations|wordsFor)$/.test(call.expression.text)) return undefined
    const last = call.arguments.at(-1)
    return last && ts.isStringLiteralLike(last) ? last.text : undefined
  }
  const note = (name: ts.BindingName, value: ts.Expression | undefined): void => {
    if (!value) return
    if (ts.isIdentifier(name)) {
      const namespace = namespaceOf(value)
      if (namespace !== undefined) translators.set(name.text, namespace)
    }
    const list =
      ts.isAwaitExpression(value) && ts.isCallExpression(value.expression)
        ? value.expression.arguments[0]
        : value
    if (ts.isArrayBindingPattern(name) && list && ts.isArrayLiteralExpression(list))
      name.elements.forEach((element, index) => {
        const part = list.elements[index]
        if (ts.isBindingElement(element)) note(element.name, part)
      })
  }
  const walk = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node)) note(node.name, node.initializer)
    if (ts.isCallExpression(node)) {
      const [key] = node.arguments
      const isPlain = key && (ts.isStringLiteralLike(key) || ts.isTemplateExpression(key))
      const called = ts.isIdentifier(node.expression)
        ? translators.get(node.expression.text)
        : namespaceOf(node.expression)
      if (called !== undefined && key && !isPlain) open.push(called)
      if (called !== undefined && key && ts.isTemplateExpression(key) && !key.getText().includes('.'))
        open.push(called)
    }
    ts.forEachChild(node, walk)
  }
  walk(file)
  return open
}

it('the words are all used', () => {
  const files = sources
    .map((path) => read(path))
    .map((file) => ({ ...namedIn(file), open: openNamespaces(file) }))
  const isUsed = (key: string) => {
    const parts = key.split('.')
    return files.some(({ plain, templates, open }) =>
      parts.some((_, index) => {
        const [namespace, rest] = [parts.slice(0, index).join('.'), parts.slice(index).join('.')]
        if (index > 0 && open.includes(namespace) && !rest.includes('.')) return true
        if (index > 0 && !plain.has(namespace)) return false
        return (index > 0 && plain.has(rest)) || (index > 0 && templates.some((one) => one.test(rest)))
      }),
    )
  }
  const keys = keysOf(catalogue.en)
  expect(keys.length).toBeGreaterThan(50)
  expect(keys.filter((key) => !isUsed(key))).toEqual([])
})

/** Attributes and properties that people read. */
const saysSomething = /^(title|label|lead|hint|alt|placeholder|aria-label|text)$/
const isWords = (text: string) => /\p{L}{2}/u.test(text) && !/^[a-z0-9_./:#%-]+$/.test(text)

/** Words written into a page instead of the catalogue, with their line. */
function wordsIn(file: ts.SourceFile): string[] {
  const found: string[] = []
  const add = (node: ts.Node, text: string) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart())
    if (isWords(text))
      found.push(`${file.fileName}:${line + 1} ${text.trim().replaceAll(/\s+/g, ' ').slice(0, 60)}`)
  }
  const walk = (node: ts.Node): void => {
    if (ts.isJsxText(node)) add(node, node.text)
    if (ts.isJsxAttribute(node) && saysSomething.test(node.name.getText()) && node.initializer)
      if (ts.isStringLiteral(node.initializer)) add(node, node.initializer.text)
    if (ts.isJsxAttribute(node) && node.name.getText() === 'name' && node.initializer)
      if (ts.isStringLiteral(node.initializer) && /^[A-Z]/.test(node.initializer.text))
        add(node, node.initializer.text)
    // {'text'}, {cond && 'text'}, {cond ? 'one' : 'other'}, {`text ${x}`}
    if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent) && node.expression)
      addParts(node.expression)
    if (ts.isPropertyAssignment(node) && saysSomething.test(node.name.getText())) addParts(node.initializer)
    ts.forEachChild(node, walk)
  }
  const addParts = (node: ts.Expression): void => {
    if (ts.isStringLiteralLike(node)) add(node, node.text)
    if (ts.isTemplateExpression(node))
      add(node, [node.head, ...node.templateSpans.map((one) => one.literal)].map((one) => one.text).join(' '))
    if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(addParts)
    if (ts.isBinaryExpression(node)) [node.left, node.right].forEach(addParts)
    if (ts.isParenthesizedExpression(node)) addParts(node.expression)
  }
  walk(file)
  return found
}

describe('pages', () => {
  // What the API says of itself is English.
  const pages = sources.filter((path) => /^app\/(?!api\/|_server\/(openapi\/|problem\.ts))/.test(path))

  it('take their words from the catalogue', () => {
    expect(pages.flatMap((path) => wordsIn(read(path)))).toEqual([])
  })
})
