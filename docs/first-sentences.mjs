import { CommentTag, Converter } from "typedoc";

/** A typedoc plugin: the list of exports shows the first sentence of each comment. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const child of project.children) {
      for (const { comment } of [child, ...(child.signatures ?? [])]) {
        if (!comment?.summary.length || comment.getTag("@summary")) continue;
        comment.blockTags.push(new CommentTag("@summary", firstSentence(comment.summary)));
      }
    }
  });
}

/** The parts of a comment (text, code, links) up to the end of its first sentence, or of its first paragraph. */
function firstSentence(parts) {
  const taken = [];
  for (const part of parts) {
    const end = part.kind === "text" ? /[.:](?=\s+[\p{Lu}`|-]|\s*$)|\n\n/u.exec(part.text) : null;
    if (end === null) taken.push(part);
    else return [...taken, { ...part, text: `${part.text.slice(0, end.index)}.` }];
  }
  return taken;
}
