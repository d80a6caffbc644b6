"""Shows the pages for people: sign-in, consent, authorizations, personal access tokens."""
