// Completion of keys and values of a scenario, from its JSON schema and the place of the cursor.

const MOST_LINES = 2000; // read before the cursor
const DASHES = /^(\s*)((?:- +)*)/;
const KEY = /^([\w-]+):(?:\s|$)/;

// Return the part of *text* without comments and quoted text, at equal length.
const plain = (text) => text.replace(/'[^']*'|"[^"]*"/g, (each) => "x".repeat(each.length)).replace(/(^|\s)#.*/, (each) => " ".repeat(each.length));

// Return the path of the container that the cursor is in, as keys and "-" for items; *lines* end at the cursor.
export function pathAt(lines) {
  const recent = lines.slice(-MOST_LINES);
  const { inner, outer } = openBrackets(recent);
  const path = blockPath(outer);
  return { path: [...path, ...inner], isFlow: outer !== recent };
}

// Return the path inside of the brackets that are open at the cursor, and the lines before the first of them.
function openBrackets(lines) {
  const stack = [];
  let first = lines.length - 1;
  // Brackets end at the latest where a block item begins at the start of a line.
  while (first > 0 && !/^\S/.test(lines[first])) first -= 1;
  for (let row = first; row < lines.length; row += 1) {
    const line = plain(lines[row]);
    for (let column = 0; column < line.length; column += 1) {
      if ("{[".includes(line[column])) stack.push({ row, column, bracket: line[column] });
      else if ("}]".includes(line[column])) stack.pop();
    }
  }
  if (!stack.length) return { inner: [], outer: lines };
  const [{ row, column }] = stack;
  const outer = [...lines.slice(0, row), lines[row].slice(0, column)];
  const inner = stack.flatMap((each, index) => {
    const next = stack[index + 1];
    const between = next && lines.slice(each.row, next.row + 1).map((line, at) => line.slice(at ? 0 : each.column + 1, at === next.row - each.row ? next.column : undefined)).join(" ");
    const key = next && each.bracket === "{" && /([\w-]+):\s*$/.exec(between)?.[1];
    return [...(each.bracket === "[" ? ["-"] : []), ...(key ? [key] : [])];
  });
  return { inner, outer };
}

// Return the path of the block that the last of *lines* belongs to. A line that ends with a key is the container's.
function blockPath(lines) {
  const path = [];
  const last = lines.at(-1);
  const [, indent, dashes] = DASHES.exec(last);
  let limit = indent.length + dashes.length;
  const key = KEY.exec(last.slice(limit));
  if (key && lines.isOuter) path.unshift(key[1]);
  if (key && !lines.isOuter && !last.slice(limit + key[0].length).trim() && last.length > limit + key[1].length + 1) path.unshift(key[1]);
  limit = pushDashes(path, indent, dashes, limit);
  for (let row = lines.length - 2; row >= 0 && limit >= 0; row -= 1) {
    const line = plain(lines[row]);
    if (!line.trim()) continue;
    const [, space, items] = DASHES.exec(line);
    const column = space.length + items.length;
    const found = KEY.exec(line.slice(column));
    const isParent = found && !line.slice(column + found[0].length).trim() && (column < limit || (column === limit && path[0] === "-"));
    if (isParent) path.unshift(found[1]);
    if (isParent || column < limit || (items && column === limit && path[0] !== "-")) limit = Math.min(limit, isParent || column < limit ? column : limit);
    if (items && space.length < limit) limit = pushDashes(path, space, items, limit);
  }
  return path;
}

function pushDashes(path, indent, dashes, limit) {
  const count = dashes.split("-").length - 1;
  for (let index = 0; index < count; index += 1) path.unshift("-");
  return count ? indent.length : limit;
}
