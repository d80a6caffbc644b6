"""MCP server for coding agents: tools that call the control API, and resources. Extra `mcp`."""
