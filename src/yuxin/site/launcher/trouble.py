"""What keeps an installation from running, said in one plain sentence with its remedy."""


class Trouble(Exception):
    """The machine or the installation cannot do what was asked; the command ends with 2.

    Both sentences name what is wrong, where, and what to do about it.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def say(self, language: str) -> str:
        """The sentence in `language` ("zh" or "en")."""
        return self.en if language.startswith("en") else self.zh
