"""One look for every face: tokens, components, tables, forms, page rules, translations."""
