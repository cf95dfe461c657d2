import { Converter, ReflectionCategory } from "typedoc";
import { rooms } from "./rooms.mjs";

/** A typedoc plugin: groups the exports by the folder of src/ that they come from, so that no comment needs a tag. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    project.categories = rooms.map(({ folder, title, text }) => {
      const category = new ReflectionCategory(title);
      category.description = [{ kind: "text", text }];
      category.children = project.children.filter((child) => folderOf(project, child) === folder).sort(valuesFirst);
      if (category.children.length === 0) app.logger.warn(`docs/rooms.mjs: nothing is exported from src/${folder}`);
      return category;
    });
    const placed = new Set(project.categories.flatMap(({ children }) => children));
    const rest = project.children.filter((child) => !placed.has(child)).map(({ name }) => name);
    if (rest.length > 0) app.logger.warn(`docs/rooms.mjs has no room for ${rest.join(", ")}`);
  });
}

const folderOf = (project, child) => /^src\/(\w+)\//.exec(project.getSymbolIdFromReflection(child)?.packagePath)?.[1];

/** Functions and objects begin with a lowercase letter, types and classes with an uppercase one. */
const valuesFirst = (a, b) => isType(a) - isType(b) || a.name.localeCompare(b.name, "en");
const isType = ({ name }) => Number(/^\p{Lu}/u.test(name));
