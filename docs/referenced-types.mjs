import { Comment, Converter, makeRecursiveVisitor } from "typedoc";

const note = "*Signatures use this type; the package does not export its name.*";

/**
 * A typedoc plugin: gives a page to every type of src/ that an exported signature mentions, and says on this page that
 * the type is not exported itself. It also removes members with symbols as names, which only the library uses.
 */
export function load(app) {
  app.converter.on(
    Converter.EVENT_RESOLVE_BEGIN,
    (context) => {
      removeSymbolMembers(context.project);
      // A new page may mention further types.
      while (addMissingTypes(context));
    },
    1000, // Before typedoc's own plugins, which also see the new pages.
  );
}

function removeSymbolMembers(project) {
  for (const reflection of Object.values(project.reflections)) {
    const isOnlyMember = (reflection.parent?.children?.length ?? 0) < 2;
    if (reflection.name.startsWith("[") && !isOnlyMember) project.removeReflection(reflection);
  }
}

/** Adds the types that are mentioned but have no page. Returns whether there were any. */
function addMissingTypes(context) {
  const { project, converter, programs } = context;
  const known = new Set(project.children);
  for (const symbol of missingSymbols(project, programs[0])) {
    context.setActiveProgram(programs[0]);
    converter.convertSymbol(context.withScope(project), symbol);
  }
  context.setActiveProgram(undefined);
  const added = project.children.filter((child) => !known.has(child));
  for (const { comment } of added.map(withComment)) comment.summary.push({ kind: "text", text: `\n\n${note}` });
  return added.length > 0;
}

function withComment(reflection) {
  reflection.comment ??= new Comment();
  return reflection;
}

function missingSymbols(project, program) {
  const symbols = new Set();
  const visitor = makeRecursiveVisitor({
    reference(type) {
      const isOurs = type.symbolId?.packagePath.startsWith("src/") && !type.refersToTypeParameter;
      if (isOurs && !type.reflection && !type.isIntentionallyBroken()) symbols.add(symbolOf(type.symbolId, program));
    },
  });
  for (const { type, default: otherwise, extendedTypes = [] } of Object.values(project.reflections)) {
    for (const each of [type, otherwise, ...extendedTypes]) each?.visit?.(visitor);
  }
  symbols.delete(undefined);
  return symbols;
}

function symbolOf({ fileName, qualifiedName }, program) {
  const file = program.getSourceFile(fileName);
  const checker = program.getTypeChecker();
  const exported = file && checker.getExportsOfModule(checker.getSymbolAtLocation(file));
  return exported?.find(({ name }) => name === qualifiedName) ?? file?.locals?.get(qualifiedName);
}
