"""Documents gain clean text, language, words, names and stories."""
