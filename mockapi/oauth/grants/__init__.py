"""OAuth 2.0 grant types, one module each."""
