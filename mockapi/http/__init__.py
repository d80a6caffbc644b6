"""HTTP code that is shared by all APIs: request context, headers, bodies and errors."""
