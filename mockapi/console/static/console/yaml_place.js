// Place of the cursor in a YAML text: the path of the mapping or list that it is in. Works for incomplete text.

const LINE = /^(\s*)((?:- +|-$)*)(.*)$/;
const KEY = /^([\w-]+):(?:\s+(.*))?$/;
const PAIRS = /([\w-]+):\s*([^,{}[\]]*)/g;

// Return *line* with comments and quoted text replaced, at equal length.
const plain = (line) => line.replace(/'[^']*'|"[^"]*"/g, (each) => "x".repeat(each.length)).replace(/(^|\s)#.*/, (each) => " ".repeat(each.length));

// Return the place of the cursor at the end of *lines*: the *path* of its container, with "-" for items of lists, the
// *values* of the container's earlier keys, the *key* whose value is typed, if any, and the *word* before the cursor.
export function placeAt(lines) {
  const text = lines.map(plain);
  const brackets = openBrackets(text);
  const row = brackets.length ? brackets[0].row : text.length - 1;
  const last = brackets.length ? text[row].slice(0, brackets[0].column) : text[row];
  const stack = [{ column: -1, values: {} }];
  for (const line of text.slice(0, row)) readLine(stack, line);
  return brackets.length ? flowPlace(stack, last, text, brackets) : blockPlace(stack, last);
}

// Add the items and the key of *line* to *stack*, which holds the containers that are open, the outermost first.
function readLine(stack, line) {
  const [, indent, dashes, rest] = LINE.exec(line);
  if (!rest.trim() && !dashes) return;
  for (const [dash] of dashes.matchAll(/-/g).map((each) => [each.index])) push(stack, { column: indent.length + dash, name: "-", values: {} });
  const key = KEY.exec(rest.trimEnd());
  if (key) push(stack, { column: indent.length + dashes.length, name: key[1], values: {}, value: key[2] ?? "" });
}

function push(stack, entry) {
  close(stack, entry.column, entry.name === "-");
  stack.at(-1).values[entry.name] = entry.value;
  stack.push(entry);
}

// Close the containers that end before *column*. The items of a list may begin in the column of its key.
function close(stack, column, isItem) {
  while (stack.at(-1).column > column || (stack.at(-1).column === column && !(isItem && stack.at(-1).name !== "-"))) stack.pop();
}

const pathOf = (stack) => stack.slice(1).map((each) => each.name);

function blockPlace(stack, line) {
  const [, indent, dashes, rest] = LINE.exec(line);
  readLine(stack, indent + dashes);
  const pair = /^([\w-]+):\s+(.*)$/.exec(rest);
  close(stack, indent.length + dashes.length, false);
  return { path: pathOf(stack), values: stack.at(-1).values, key: pair?.[1], word: pair ? pair[2] : rest };
}

// Return the brackets that are open at the end of *text*, the outermost first.
function openBrackets(text) {
  const open = [];
  let first = text.length - 1;
  // A list or mapping in brackets never contains a line that begins in the first column.
  while (first > 0 && !/^\S/.test(text[first])) first -= 1;
  for (let row = first; row < text.length; row += 1) {
    for (const { 0: bracket, index: column } of text[row].matchAll(/[{}[\]]/g)) {
      if ("{[".includes(bracket)) open.push({ row, column, bracket });
      else open.pop();
    }
  }
  return open;
}

function flowPlace(stack, before, text, brackets) {
  readLine(stack, before);
  const path = pathOf(stack);
  let inside = "";
  brackets.forEach(({ row, column, bracket }, index) => {
    const end = brackets[index + 1] ?? { row: text.length - 1, column: text.at(-1).length };
    inside = text.slice(row, end.row + 1).map((line, at) => line.slice(at ? 0 : column + 1, row + at === end.row ? end.column : undefined)).join(" ");
    const key = brackets[index + 1] && /([\w-]+):\s*$/.exec(inside)?.[1];
    if (bracket === "[") path.push("-");
    if (key) path.push(key);
  });
  const word = /[^,]*$/.exec(inside)[0].trimStart();
  const pair = /^([\w-]+):\s+(.*)$/.exec(word);
  const isMapping = brackets.at(-1).bracket === "{";
  const values = isMapping ? Object.fromEntries([...inside.matchAll(PAIRS)].map(([, key, value]) => [key, value.trim()])) : {};
  return { path, values, key: isMapping ? pair?.[1] : undefined, word: pair && isMapping ? pair[2] : word };
}
