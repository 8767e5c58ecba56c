"""E-mail addresses in a text; pure.

The expression takes time linear in the text: repetitions are possessive or bounded, and no attempt
begins inside of what another one has walked over.
"""

import re

EMAIL = "[email]"

_SIGNS = ("@", "%40", "%2540")  # plain, in a URL's query string, in that of a URL within it
_AT = r"(?:@|%(?:25)?40)"
_LOCAL = r"[\w.+-]*+(?:%(?:25)?2[Bb][\w.+-]*+)*+"  # %2B is a plus in a query string
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
_OTHER_ACCOUNTS = (
    r"(?<=ssh://|git://|ftp://)|(?<=rsync://)",
    r"(?:git|hg|svn)@",
    rf"{_ACCOUNT}:(?:[~/]|{_GIT_PATH})",  # scp, rsync and git: account@host:path
    rf"(?<=://){_ACCOUNT}(?::[0-9]+)?/{_GIT_PATH}",
    rf"(?<=\(){_ACCOUNT}\) \((?:[\w-]*gcc|clang)",  # who built a Linux kernel
    # Objects as the JVM prints them: the class, the hash code in hexadecimal, then a method.
    rf"(?:\w++\.){{0,16}}(?:[A-Z]|0x)\w*@{_HASH}\.(?!(?:com|net|org|[a-z]{{2}})\b)",
)
_UNITS = "service|socket|scope|slice|target|timer|mount|automount|swap|path|device"
_PICTURES = "png|jpe?g|gif|webp|avif|svg|ico"
_FILES = f"{_PICTURES}|js|mjs|css|json|xml|html?|txt|log|gz|tgz|jar|war|class|conf|ya?ml"
_OTHER_DOMAINS = (
    rf"[\w.-]*?\.(?:{_UNITS})(?![\w-])(?!\.(?!(?:d|wants|requires)\b)\w)",  # systemd
    rf"[0-9]x\.(?:[\w-]++\.){{0,4}}(?:{_FILES})\b",  # icon@2x.png
    r"v?[0-9]++\.[0-9]",  # package@1.2.3, root@10.0.0.1
    rf"[\w-]++\.(?:{_FILES})(?![\w-]|\.\w)",
)
# It begins with a set of characters, to which `re` skips at once; the assertions that follow look
# from before that character. Most starts fail in the first lines, before the longer lists.
_EMAIL = re.compile(
    r"[\w.+%-](?<![\w.+-].)(?:(?<!%)|(?=(?:25)?2[Bb]))(?<!(?=%(?:25)?2[Bb])..)"
    rf"(?<=(?={_LOCAL}{_AT}(?={_DOMAIN})(?!{'|'.join(_OTHER_DOMAINS)})).)"
    rf"(?<!(?={'|'.join(_OTHER_ACCOUNTS)}).)"
    rf"(?:(?:25)?2[Bb])?{_LOCAL}{_AT}{_DOMAIN}"
)
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))
_QUOTED_SIGN = '"@'
_QUOTED = re.compile(rf'\\?"[\w .+-]{{1,64}}+\\?"@{_DOMAIN}')  # "john doe"@example.com


def mask_emails(text: str) -> str:
    """`text` with `[email]` for every address."""
    if not _SIGN.search(text):
        return text
    if _QUOTED_SIGN in text:
        text = _QUOTED.sub(EMAIL, text)
    return _EMAIL.sub(EMAIL, text)
