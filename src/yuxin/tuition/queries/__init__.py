"""Reads of tuition. The first argument is who reads; row-level security does the rest.

`families` for the guardian's phone, `institutions` for those who teach and keep the books,
`officers` for the bureau. Money in fen, lessons in hundredths. Constant numbers of statements.
"""
