"""Shared constants of the browser tests."""

TOKEN = "mockAccessToken000000000Ada1"

# Records each layout shift: its value, and which element moved from where to where.
WATCH = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries())
    for (const { node, previousRect, currentRect } of sources)
      window.moved.push([value, node?.outerHTML?.slice(0, 99), previousRect, currentRect]);
}).observe({ type: "layout-shift", buffered: true });
"""
