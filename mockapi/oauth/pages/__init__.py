"""Pages for customers: sign-in, consent, authorizations, personal access tokens."""
