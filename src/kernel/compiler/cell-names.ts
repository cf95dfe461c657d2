import type { BindingName, Expression, Node, Statement } from "typescript";
import { ts } from "../base/typescript";

/** The names that a cell declares at its top level, and those of earlier cells to which it assigns. */
export interface CellNames {
  /** `let` and `var`: later cells may assign to them. */
  assignable: string[];
  /** Those of `assignable` that `var` declares inside of blocks and loops. */
  nested: string[];
  /** `const`, `using`, functions, classes, enums and namespaces. */
  fixed: string[];
  imported: string[];
  /** Variables and functions of `declare global`. */
  global: string[];
  /** Names that the cell assigns but does not declare. */
  assigned: string[];
}

/** Reads the names of a cell. Names that exist only in the type system are omitted. */
export function cellNames(code: string): CellNames {
  const { statements } = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022);
  const names = { assignable: new Set<string>(), fixed: new Set<string>(), imported: new Set<string>() };
  const assigned = new Set<string>();
  const hoisted = new Set<string>();
  for (const statement of statements) {
    addDeclared(statement, names);
    addHoisted(statement, hoisted);
    addAssigned(statement, assigned);
  }
  const nested = [...hoisted].filter((name) => !names.assignable.has(name));
  for (const name of nested) names.assignable.add(name);
  const own = new Set([...names.assignable, ...names.fixed, ...names.imported]);
  return {
    assignable: [...names.assignable],
    nested,
    fixed: [...names.fixed],
    imported: [...names.imported],
    global: statements.flatMap(globalNames),
    assigned: [...assigned].filter((name) => !own.has(name)),
  };
}

function addDeclared(statement: Statement, names: Record<"assignable" | "fixed" | "imported", Set<string>>): void {
  if (isAmbient(statement)) return;
  if (ts.isVariableStatement(statement)) {
    const { declarations, flags } = statement.declarationList;
    const set = flags & (ts.NodeFlags.Const | ts.NodeFlags.Using) ? names.fixed : names.assignable;
    for (const { name } of declarations) for (const bound of boundNames(name)) set.add(bound);
  } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    const isOverload = ts.isFunctionDeclaration(statement) && !statement.body;
    if (statement.name && !isOverload) names.fixed.add(statement.name.text);
  } else if (ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement)) {
    names.fixed.add(statement.name.text);
  } else if (ts.isImportDeclaration(statement) && statement.importClause && !statement.importClause.isTypeOnly) {
    const { name, namedBindings } = statement.importClause;
    if (name) names.imported.add(name.text);
    if (namedBindings === undefined) return;
    if (ts.isNamespaceImport(namedBindings)) names.imported.add(namedBindings.name.text);
    else for (const each of namedBindings.elements) if (!each.isTypeOnly) names.imported.add(each.name.text);
  }
}

function globalNames(statement: Statement): string[] {
  if (!ts.isModuleDeclaration(statement) || !(statement.flags & ts.NodeFlags.GlobalAugmentation)) return [];
  const { body } = statement;
  if (body === undefined || !ts.isModuleBlock(body)) return [];
  return body.statements.flatMap((inner) => {
    if (ts.isVariableStatement(inner))
      return inner.declarationList.declarations.flatMap(({ name }) => boundNames(name));
    return ts.isFunctionDeclaration(inner) && inner.name ? [inner.name.text] : [];
  });
}

/** `var` in a block belongs to the whole cell. */
function addHoisted(node: Node, names: Set<string>): void {
  if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleBlock(node)) return;
  if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped) && !isAmbient(node.parent)) {
    for (const { name } of node.declarations) for (const bound of boundNames(name)) names.add(bound);
  }
  ts.forEachChild(node, (child) => addHoisted(child, names));
}

function addAssigned(node: Node, names: Set<string>): void {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) addTargets(node.left, names);
  if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isStep(node.operator)) {
    addTargets(node.operand, names);
  }
  if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && !ts.isVariableDeclarationList(node.initializer)) {
    addTargets(node.initializer, names);
  }
  ts.forEachChild(node, (child) => addAssigned(child, names));
}

function addTargets(target: Node, names: Set<string>): void {
  if (ts.isIdentifier(target)) names.add(target.text);
  else if (ts.isParenthesizedExpression(target) || ts.isSpreadElement(target) || ts.isSpreadAssignment(target)) {
    addTargets(target.expression, names);
  } else if (ts.isBinaryExpression(target)) {
    addTargets(target.left, names); // with a default value
  } else if (ts.isArrayLiteralExpression(target)) {
    for (const element of target.elements) addTargets(element, names);
  } else if (ts.isObjectLiteralExpression(target)) {
    for (const property of target.properties) addTargets(property, names);
  } else if (ts.isShorthandPropertyAssignment(target)) {
    addTargets(target.name, names);
  } else if (ts.isPropertyAssignment(target)) {
    addTargets(target.initializer as Expression, names);
  }
}

function isAssignment(operator: number): boolean {
  return ts.SyntaxKind.FirstAssignment <= operator && operator <= ts.SyntaxKind.LastAssignment;
}

function isStep(operator: number): boolean {
  return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
}

function isAmbient(node: Node | undefined): boolean {
  const modifiers = node !== undefined && ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}

function boundNames(name: BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}
