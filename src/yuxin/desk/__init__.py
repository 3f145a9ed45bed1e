"""The workbench: everybody at work (officers, institutions, schools, banks, departments)."""
