"""Every field of every value of the register has its word, or is left out on purpose."""

import pytest

from yuxin.desk import registry_values, registry_words
from yuxin.registry.aspects import ASPECTS


@pytest.mark.parametrize("aspect", sorted(set(ASPECTS) - {"person"}))
def test_every_field_is_named_or_hidden(aspect):
    named = registry_words.FIELDS.keys() | registry_values.HIDDEN
    assert set(ASPECTS[aspect].fields) <= named
