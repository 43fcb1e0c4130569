import { readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import { repositoryRoot } from "../platform-copy.ts"

/** An argument as the command line has it; `choices` are those of an enum. */
export interface Argument {
  name: string
  required: boolean
  choices?: string[]
}

/** The functions of the module with their arguments, as `dagger functions` and `--help` name them, without an engine. */
export function moduleFunctions(): Map<string, Argument[]> {
  const file = moduleSource()
  const enums = new Map(file.statements.filter(ts.isEnumDeclaration).map((each) => [each.name.text, valuesOf(each)]))
  const main = classOf(file, "CatHouse")!
  const functions = main.members.filter(ts.isMethodDeclaration).filter((method) => decoratorOf(method, "func"))
  return new Map(
    functions.map((method) => [kebab(method.name.getText()), method.parameters.map((each) => argumentOf(each, enums))]),
  )
}

/** What can follow a function in a call: the fields of the module's own object that it returns. */
export function chainedTo(functionName: string): string[] {
  const file = moduleSource()
  const method = classOf(file, "CatHouse")!
    .members.filter(ts.isMethodDeclaration)
    .find(({ name }) => kebab(name.getText()) === functionName)
  const [, returned = ""] = /^Promise<(\w+)>$/.exec(method?.type?.getText() ?? "") ?? []
  const members = classOf(file, returned)?.members.filter(ts.isPropertyDeclaration) ?? []
  return members.filter((member) => decoratorOf(member, "func")).map(({ name }) => kebab(name.getText()))
}

function moduleSource(): ts.SourceFile {
  const path = join(repositoryRoot, "dagger", "src", "index.ts")
  return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2023, true)
}

const classOf = (file: ts.SourceFile, name: string): ts.ClassDeclaration | undefined =>
  file.statements.filter(ts.isClassDeclaration).find((each) => each.name?.text === name)

function argumentOf(parameter: ts.ParameterDeclaration, enums: Map<string, string[]>): Argument {
  const isContextual = decoratorOf(parameter, "argument")?.getText().includes("defaultPath") ?? false
  return {
    name: kebab(parameter.name.getText()),
    required: !parameter.questionToken && !parameter.initializer && !isContextual,
    choices: enums.get(parameter.type?.getText() ?? ""),
  }
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
