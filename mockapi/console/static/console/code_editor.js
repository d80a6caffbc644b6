// Editor for YAML: CodeMirror with highlighting, completion and findings at their lines.
import { Decoration, EditorState, EditorView, HighlightStyle, StateEffect, StateField, WidgetType, autocompletion, completionKeymap, defaultKeymap, drawSelection, foldGutter, foldKeymap, highlightActiveLine, highlightActiveLineGutter, history, historyKeymap, indentOnInput, keymap, lineNumbers, lintGutter, lintKeymap, setDiagnostics, syntaxHighlighting, tags, yaml } from "../vendor/codemirror.min.js";
import { element } from "./dom.js";

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--good)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--warn)" },
  { tag: [tags.keyword, tags.meta], color: "var(--waste)" },
]);

const THEME = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--raised)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { font: '12px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace' },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--soft)", backgroundColor: "var(--raised)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 8%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--sheet)", border: "1px solid var(--line)", borderRadius: "4px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--on-accent)", backgroundColor: "var(--accent)" },
  ".cm-completionInfo": { maxWidth: "20rem", font: "13px/1.4 system-ui, sans-serif" },
  ".cm-line.bad": { backgroundColor: "var(--bad-soft)" },
  ".cm-line.warn": { backgroundColor: "var(--warn-soft)" },
  ".cm-finding": { maxWidth: "min(90ch, calc(100vw - 10rem))", padding: "0 0.5rem 0.25rem 2rem", fontStyle: "italic", whiteSpace: "normal", overflowWrap: "anywhere" },
  ".cm-finding.bad": { color: "var(--bad)" },
  ".cm-finding.warn": { color: "var(--warn)" },
});

const FRAMES_OF_MEASUREMENT = 2;

const setFindings = StateEffect.define();

class FindingText extends WidgetType {
  constructor({ text, kind }) {
    super();
    Object.assign(this, { text, kind });
  }

  eq(other) {
    return other.text === this.text && other.kind === this.kind;
  }

  toDOM() {
    return element("div", { class: `cm-finding ${this.kind}` }, this.text);
  }
}

// Lines with findings, and the text of the first finding below each, where long texts have room.
const findingLines = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    for (const effect of transaction.effects) if (effect.is(setFindings)) return decorate(transaction.state, effect.value);
    return lines.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(state, findings) {
  const first = new Map(findings.toReversed().map((each) => [each.line, each]));
  const ranges = [...first.values()].flatMap(({ line, kind, text }) => {
    const { from, to } = state.doc.line(line);
    return [Decoration.line({ class: kind }).range(from), Decoration.widget({ widget: new FindingText({ text, kind }), side: 1, block: true }).range(to)];
  });
  return Decoration.set(ranges, true);
}

// Replace a selection of several lines by typed text. The browser would merge the lines with inline styles, which the
// Content Security Policy forbids.
function replaceLines(event, view) {
  const { from, to } = view.state.selection.main;
  if (event.inputType !== "insertText" || !event.data || view.state.doc.lineAt(from).to >= to) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}

// Show an editor in *parent* with *doc*. *complete* returns options for the lines before the cursor, *onChange* is called after input.
// The editor is in a shadow tree: there its styles need no permission of the Content Security Policy.
export async function createEditor(parent, doc, { label, complete, onChange }) {
  const root = parent.attachShadow({ mode: "open" });
  const source = async ({ state, pos, explicit }) => {
    const lines = state.sliceDoc(0, pos).split("\n");
    if (!explicit && !/[\w-]$|: $/.test(lines.at(-1))) return null;
    const found = await complete(lines);
    return found && { from: pos - found.length, options: found.options, validFor: /^[\w /-]*$/ };
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc,
      extensions: [
        lineNumbers(), foldGutter(), lintGutter(), history(), drawSelection(), indentOnInput(), highlightActiveLine(), highlightActiveLineGutter(),
        yaml(), syntaxHighlighting(COLOURS), THEME, findingLines,
        autocompletion({ override: [source], icons: false }),
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
        EditorView.domEventHandlers({ beforeinput: replaceLines }),
        EditorView.updateListener.of((update) => update.docChanged && onChange()),
      ],
    }),
  });
  // The editor estimates the height of lines until it has measured them. Showing it before would shift the layout.
  for (let frame = 0; frame < FRAMES_OF_MEASUREMENT; frame += 1) await new Promise((done) => requestAnimationFrame(done));
  parent.hidden = false;
  return {
    get text() { return view.state.doc.toString(); },
    set text(value) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } }); },
    // Mark findings with *line*, *column*, *kind* ("bad" or "warn") and *text*. Lines begin at 1.
    showFindings(findings) {
      const inside = findings.filter(({ line }) => line >= 1 && line <= view.state.doc.lines);
      const diagnostics = inside.map(({ line, column, kind, text }) => {
        const { from, to } = view.state.doc.line(line);
        return { from: Math.min(from + column - 1, to), to, severity: kind === "bad" ? "error" : "warning", message: text };
      });
      view.dispatch(setDiagnostics(view.state, diagnostics), { effects: setFindings.of(inside) });
    },
    goToLine(line) {
      const { from, to } = view.state.doc.line(line);
      view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    },
  };
}
