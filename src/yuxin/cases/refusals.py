"""What the guard of a proceeding says when it refuses."""

from yuxin.kernel.refusal import BadInput, Refusal


class WrongState(Refusal):
    """The table has no such move from where the proceeding stands."""

    code = "wrong_state"
    zh = "这件事现在是“{state_zh}”，不能“{move_zh}”，可能已由他人办理。请刷新查看。"
    en = "This stands at “{state_en}” and cannot “{move_en}”; somebody may have moved it. Reload."


class SamePerson(Refusal):
    """The second person is another one than the first."""

    code = "same_person"
    zh = "这一步须由另一人办理：经办人不能复核自己经办的事项。请转给另一名工作人员。"
    en = "Another person must do this: nobody reviews what they prepared. Hand it to a colleague."


class WordsMissing(BadInput):
    """The move takes words that others can read."""

    code = "words_missing"
    zh = "这一步须写明理由或情况，有关各方会看到这段话。"
    en = "This step takes a reason or an account of the facts; those concerned will read it."


class DocumentMissing(BadInput):
    """The move takes a document."""

    code = "document_missing"
    zh = "这一步须附上依据材料（图片或 PDF）。"
    en = "This step takes a document (an image or PDF) that shows what it rests on."


class AlreadyExtended(Refusal):
    """A term is extended once, where its kind allows it at all."""

    code = "already_extended"
    zh = "这个期限不能延长：没有期限、不许延长，或者已经延长过一次。"
    en = "This term cannot be extended: there is none, it does not extend, or it was extended once."


class TooLateToMove(Refusal):
    """The term is over."""

    code = "term_over"
    zh = "期限到 {last} 为止，已经过了。"
    en = "The term ended on {last}."


class OwnerCannotLead(BadInput):
    """The account that was chosen may not lead this."""

    code = "owner_cannot_lead"
    zh = "所选的人不能经办这件事：没有相应的角色，或者授权不到这家机构。请选另一人。"
    en = "The person chosen cannot lead this: no such role, or no grant that reaches it."
