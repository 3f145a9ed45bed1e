"""钱在不在 in words: what a difference between the books and the bank means, and who checks it."""

from django.utils.translation import gettext as _

from yuxin.kernel.money import Fen, yuan
from yuxin.look.words import long_day_words
from yuxin.tuition.queries.money_there import There


def difference_words(there: There) -> str:
    """One sentence on the account of an institution, for its officer, its head and its families."""
    if there.bank_day is None:
        return _("银行还没有送过账，还不能核对。")
    day = long_day_words(there.bank_day)
    if not there.difference_fen:
        return _("%(day)s日终，专户里的钱和应有的一分不差。") % {"day": day}
    amount = yuan(Fen(abs(there.difference_fen)))
    if there.difference_fen < 0:
        return _("%(day)s日终，专户比应有的少%(sum)s元，监管部门在查。退费照常。") % {
            "day": day,
            "sum": amount,
        }
    return _("%(day)s日终，专户比应有的多%(sum)s元，监管部门在查是谁的钱。") % {
        "day": day,
        "sum": amount,
    }
