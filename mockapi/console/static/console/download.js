// Download of content that is created in the page.
import { element } from "./dom.js";

// Return *rows* as CSV by RFC 4180.
export function csv(rows) {
  const quoted = (value) => (/[",\r\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value);
  return `${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}

export function save(name, content, type = undefined) {
  const link = element("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
