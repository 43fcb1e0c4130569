import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import { repositoryRoot } from "../../platform-copy.ts"

/** An argument as the command line has it; `choices` are those of an enum. */
interface Argument {
  name: string
  help: string
  type: string
  required: boolean
  default?: unknown
  choices?: string[]
}

/** A function as `dagger functions` shows it. */
export interface ModuleFunction {
  help: string
  arguments: Argument[]
}

/** The functions of the module with their arguments, as `dagger functions` and `--help` name them, without an engine. */
export function moduleFunctions(): Map<string, ModuleFunction> {
  const choices = new Map(statements(ts.isEnumDeclaration).map((each) => [each.name.text, valuesOf(each)]))
  const functions = classOf("CatHouse")!.members.filter(ts.isMethodDeclaration).filter(isFunction)
  return new Map(
    functions.map((method) => [
      kebab(method.name.getText()),
      { help: commentOn(method), arguments: method.parameters.map((each) => argumentOf(each, choices)) },
    ]),
  )
}

/** What can follow a function in a call: the functions and fields of the module's own object that it returns. */
export function chainedTo(functionName: string): string[] {
  const method = classOf("CatHouse")!
    .members.filter(ts.isMethodDeclaration)
    .find(({ name }) => kebab(name.getText()) === functionName)
  const [, returned = ""] = /^(?:Promise<)?(\w+)>?$/.exec(method?.type?.getText() ?? "") ?? []
  const members = classOf(returned)?.members ?? []
  return members.filter(isFunction).map(({ name }) => kebab(name!.getText()))
}

/** Where the module's objects and the values of their arguments are declared. */
function moduleSources(): ts.SourceFile[] {
  const source = join(repositoryRoot, "dagger", "src")
  const files = readdirSync(source).filter((name) => name.endsWith(".ts"))
  return files.map((name) => {
    const path = join(source, name)
    return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2023, true)
  })
}

const statements = <T extends ts.Statement>(is: (statement: ts.Statement) => statement is T): T[] =>
  moduleSources().flatMap((file) => file.statements.filter(is))

const classOf = (name: string): ts.ClassDeclaration | undefined =>
  statements(ts.isClassDeclaration).find((each) => each.name?.text === name)

const isFunction = (member: ts.ClassElement): boolean =>
  ts.canHaveDecorators(member) && decoratorOf(member, "func") !== undefined

function argumentOf(parameter: ts.ParameterDeclaration, enums: Map<string, string[]>): Argument {
  const isContextual = decoratorOf(parameter, "argument")?.getText().includes("defaultPath") ?? false
  const type = parameter.type?.getText() ?? ""
  const choices = enums.get(type)
  const preset = parameter.initializer && presetIn(parameter.initializer, choices)
  return {
    name: kebab(parameter.name.getText()),
    help: commentOn(parameter),
    type,
    required: !parameter.questionToken && !parameter.initializer && !isContextual,
    ...(preset !== undefined && { default: preset }),
    ...(choices && { choices }),
  }
}

/** `20`, `"local"`, `[]`, or `Suite.All` as the word that it stands for. */
function presetIn(initializer: ts.Expression, choices: string[] | undefined): unknown {
  if (choices && ts.isPropertyAccessExpression(initializer)) {
    return choices.find((choice) => choice === initializer.name.text.toLowerCase())
  }
  return JSON.parse(initializer.getText())
}

/** The text of a JSDoc comment. */
function commentOn(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc)
  // A parameter's own comment is no JSDoc to TypeScript's parser.
  const leading = ts
    .getLeadingCommentRanges(node.getFullText(), 0)
    ?.map(({ pos, end }) => node.getFullText().slice(pos, end))
  const text = comments.length > 0 ? ts.getTextOfJSDocComment(comments.at(-1)!.comment) : leading?.at(-1)
  return (text ?? "").replace(/^\/\*\*\s*|\s*\*\/$/g, "").trim()
}

const decoratorOf = (node: ts.HasDecorators, name: string): ts.Decorator | undefined =>
  ts
    .getDecorators(node)
    ?.find(({ expression }) => ts.isCallExpression(expression) && expression.expression.getText() === name)

const valuesOf = (declaration: ts.EnumDeclaration): string[] =>
  declaration.members.map(({ initializer, name }) =>
    initializer && ts.isStringLiteral(initializer) ? initializer.text : name.getText(),
  )

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
