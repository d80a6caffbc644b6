// Indentation of JSON as text, which keeps numbers as they were transferred.
import { element } from "./dom.js";

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

// Return the parts of *text*, indented, with names of members as elements. Text that is not JSON is returned as it is.
export function jsonParts(text) {
  try {
    JSON.parse(text);
  } catch {
    return [text];
  }
  const tokens = text.match(TOKENS) ?? [];
  const parts = [];
  let level = 0;
  const breakLine = () => parts.push(`\n${"  ".repeat(level)}`);
  tokens.forEach((token, index) => {
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    const isEmpty = (before === "{" && token === "}") || (before === "[" && token === "]");
    if ((token === "}" || token === "]") && !isEmpty) {
      level -= 1;
      breakLine();
    }
    if (token === "{" || token === "[") {
      parts.push(token);
      if (after === "}" || after === "]") return;
      level += 1;
      breakLine();
    } else if (token === ",") {
      parts.push(token);
      breakLine();
    } else if (token === ":") parts.push(": ");
    else if (after === ":") parts.push(element("span", { class: "key" }, token));
    else parts.push(token);
  });
  return parts;
}

export const formatJson = (text) => jsonParts(text).map((each) => each.textContent ?? each).join("");
