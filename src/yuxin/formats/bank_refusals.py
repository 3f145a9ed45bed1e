"""Why a bank file or a bank message is refused: one class per fault, each naming line and field."""

from yuxin.kernel.refusal import Refusal


class BankFileRefused(Refusal):
    """A bank file that must not be booked. The whole file is refused, never a part of it."""

    code = "bank_file_refused"
    status = 422

    def __init__(self, *, line_no: int = 0, field: str = "", found: str | int = "") -> None:
        """`line_no` counts from 1, the header; 0 is the file as a whole."""
        super().__init__(field=field, line_no=line_no, name=field, found=_short(found))
        self.line_no = line_no


class FileTooLarge(BankFileRefused):
    """The file, one of its lines or its number of lines is over the limit."""

    code = "bank_file_too_large"
    zh = "银行文件超过大小上限（第{line_no}行，{name}：{found}）。请银行分成几份发送。"
    en = "The bank file is over the size limit (line {line_no}, {name}: {found}). Send it in parts."


class FilePartial(BankFileRefused):
    """The file ends before its trailer: it was cut off on the way."""

    code = "bank_file_partial"
    zh = "银行文件不完整：到第{line_no}行为止没有结尾行。请等待传完或请银行重发。"
    en = "The bank file is cut off: no trailer up to line {line_no}. Wait, or ask for it again."


class SignatureInvalid(BankFileRefused):
    """The detached signature was not made over these bytes by the expected party."""

    code = "bank_file_signature_invalid"
    zh = "银行文件的签名与内容不符，一行也没有入账。请银行核对密钥后重发，并查明原因。"
    en = "The signature does not belong to this file; nothing was booked. Ask the sender why."


class TrailerMismatch(BankFileRefused):
    """Count, sum or digest in the trailer differ from the lines."""

    code = "bank_file_trailer_mismatch"
    zh = "银行文件结尾行的 {name} 与明细不符（第{line_no}行，写的是 {found}）。请银行重发。"
    en = "The trailer's {name} differs from the lines (line {line_no} says {found}). Ask again."


class WrongDate(BankFileRefused):
    """The file or a line belongs to another accounting date than expected."""

    code = "bank_file_wrong_date"
    zh = "第{line_no}行 {name} 是 {found}，不是应收的会计日期。请核对文件名和日期。"
    en = "Line {line_no}: {name} is {found}, not the accounting date expected."


class WrongBank(BankFileRefused):
    """The file names another bank than the one that it was received from."""

    code = "bank_file_wrong_bank"
    zh = "第{line_no}行 {name} 是 {found}，不是该托管银行。请从正确的文件夹接收。"
    en = "Line {line_no}: {name} is {found}, not this custody bank."


class WrongFile(BankFileRefused):
    """The content is another kind or part than the name of the file says."""

    code = "bank_file_wrong_kind"
    zh = "第{line_no}行 {name} 是 {found}，与文件名不符。请银行按文件名重发。"
    en = "Line {line_no}: {name} is {found}, which is not what the name of the file says."


class DuplicateLine(BankFileRefused):
    """Two lines of one file carry the same id."""

    code = "bank_file_duplicate_line"
    zh = "第{line_no}行 {name} {found} 在本文件里出现过。请银行去掉重复后重发。"
    en = "Line {line_no}: {name} {found} stands in this file already."


class BadAmount(BankFileRefused):
    """An amount is negative, zero where it may not be, fractional, too large or no number."""

    code = "bank_file_bad_amount"
    zh = "第{line_no}行 {name} 是 {found}：金额须为整数分，且在允许范围内。"
    en = "Line {line_no}: {name} is {found}: an amount is a whole number of fen within the limits."


class UnknownField(BankFileRefused):
    """A line carries a field that the layout does not have."""

    code = "bank_file_unknown_field"
    zh = "第{line_no}行有不认识的栏目 {name}。请按约定的格式发送。"
    en = "Line {line_no} has the unknown field {name}."


class MissingField(BankFileRefused):
    """A line lacks a field."""

    code = "bank_file_missing_field"
    zh = "第{line_no}行缺少栏目 {name}。请按约定的格式发送。"
    en = "Line {line_no} lacks the field {name}."


class BadField(BankFileRefused):
    """A field is of the wrong type, length, alphabet or choice."""

    code = "bank_file_bad_field"
    zh = "第{line_no}行 {name} 的值 {found} 不合格式。"
    en = "Line {line_no}: the value {found} of {name} does not fit the layout."


class NotCanonical(BankFileRefused):
    """A line is no JSON object, or is written otherwise than the layout fixes."""

    code = "bank_file_not_canonical"
    zh = "第{line_no}行不是约定写法的 JSON 行（栏目顺序、空格、转义都固定）。"
    en = "Line {line_no} is not JSON written the one way the layout fixes."


def _short(found: str | int) -> str | int:
    """A hostile value is quoted at most in part, and never with control characters."""
    if isinstance(found, int):
        return found
    return "".join(c if c.isprintable() else "\ufffd" for c in found[:80])
