"""E-mail addresses in a text; pure.

One expression walks over the whole text, word by word, in time linear in it: repetitions are
possessive or bounded, and what is looked for behind a word ends at the next sign.
"""

import re

EMAIL = "[email]"

_AT = "(?:@|%(?:25)?40)"  # plain, in a URL's query string, in that of a URL within it
_PLUS = "%(?:25)?2[Bb]"  # in a query string
_LOCAL = rf"(?:[\w.+-]++(?:{_PLUS}[\w.+-]*+)*+|(?:{_PLUS}[\w.+-]*+)++)"
_MOST_LABELS = 32
# The last label: letters, internationalised ones too (RFC 5890); a rare one with a capital inside
# is more likely the name of a method.
_TOP_LEVEL = (
    r"(?:xn--[A-Za-z0-9-]++|[^\W\d_A-Za-z]{2,24}"
    r"|(?:[A-Za-z][a-z]{1,23}|[A-Z]{2,24}|(?i:com|net|org|info|[a-z]{2}))(?![A-Za-z0-9]))"
)
_DOMAIN = rf"(?:[\w-]++\.){{1,{_MOST_LABELS}}}{_TOP_LEVEL}"

_ACCOUNT = r"[\w.+-]++@[\w.-]++"
_GIT_PATH = r"[\w./~-]*+(?<=\.git)"
_HASH = "(?=[a-f]*[0-9])[0-9a-f]{4,8}"
_IN_URLS = rf"(?<=ssh://|git://|ftp://)|(?<=rsync://)|(?<=://){_ACCOUNT}(?::[0-9]+)?/{_GIT_PATH}"
_BUILDER = rf"(?<=\(){_ACCOUNT}\) \((?:[\w-]*gcc|clang)"  # of a Linux kernel
_OTHER_ACCOUNTS = (
    f"(?<=[/(])(?:{_IN_URLS}|{_BUILDER})",
    "(?:git|hg|svn)@",
    # Objects as the JVM prints them: the class, the hash code in hexadecimal, then a method.
    rf"(?:\w++\.){{0,16}}(?:[A-Z]|0x)\w*@{_HASH}\.(?!(?:com|net|org|[a-z]{{2}})\b)",
)
_UNITS = "service|socket|scope|slice|target|timer|mount|automount|swap|path|device"
_PICTURES = "png|jpe?g|gif|webp|avif|svg|ico"
_FILES = f"{_PICTURES}|js|mjs|css|json|xml|html?|txt|log|gz|tgz|jar|war|class|conf|ya?ml"
_OTHER_DOMAINS = (
    rf"(?<=@)[\w.-]++:(?:[~/]|{_GIT_PATH})",  # scp, rsync and git: account@host:path
    rf"(?:[\w-]*+\.)+?(?:{_UNITS})(?![\w-])(?!\.(?!(?:d|wants|requires)\b)\w)",  # systemd
    rf"[0-9]x\.(?:[\w-]++\.){{0,4}}(?:{_FILES})\b",  # icon@2x.png
    r"v?[0-9]++\.[0-9]",  # package@1.2.3, root@10.0.0.1
    rf"[\w-]++\.(?:{_FILES})(?![\w-]|\.\w)",
)
_ADDRESS = rf"(?!{'|'.join(_OTHER_ACCOUNTS)}){_LOCAL}{_AT}(?!{'|'.join(_OTHER_DOMAINS)}){_DOMAIN}"
# Words that no domain follows; or one that is of no address though a domain follows.
_OTHER_TEXT = rf"(?:[^\w.+%-]++|{_LOCAL}(?!{_AT}{_DOMAIN})|%(?!(?:25)?2[Bb]))++|{_LOCAL}"
_ADDRESS_OR_TEXT = re.compile(f"{_ADDRESS}|({_OTHER_TEXT})")
# Without one there is no address. The search begins at signs alone, most of which are none of it.
_SIGN_OF_ADDRESS = re.compile(f"{_AT}(?={_DOMAIN})")
_QUOTED_SIGN = '"@'
_QUOTED = re.compile(rf'\\?"[\w .+-]{{1,64}}+\\?"@{_DOMAIN}')  # "john doe"@example.com


def mask_emails(text: str) -> str:
    """`text` with `[email]` for every address."""
    if not _SIGN_OF_ADDRESS.search(text):
        return text
    if _QUOTED_SIGN in text:
        text = _QUOTED.sub(EMAIL, text)
    return "".join([other or EMAIL for other in _ADDRESS_OR_TEXT.findall(text)])
