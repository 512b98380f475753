"""What nobody would type, and no field may stumble over."""

# What a page, a template, a query, a format or an eye might take for something else; nothing of it is wrong.
NAUGHTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1 --",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "%s %(name)s {0} {name}",
    "../../etc/passwd",
    "C:\\con\\nul",
    "\u202eabc\u202c",
    "a\u200bb\ufeffc",
    "😀👩‍⚕️🏥",
    "Z̷a̴l̵g̶o̸",
    "&amp; &lt; &#60;",
    "javascript:alert(1)",
    "=1+1",
    "\x1b[31m",
    "NULL",
    "١٢٣",
    "İıſß ﷺ",
    "\U0010ffff",
    "𠮷𪚥",
)
TRIED, TOO_LONG, BROKEN = "<b>\"'&", "长" * 10_000, "a\0b"
HALF = b"%ED%A0%80%20%FF%FE"  # half a character, and bytes that are no UTF-8 at all


def packed(room: int) -> list[str]:
    """All of them, several in one text as long as it has room."""
    texts: list[str] = []
    for string in (each for each in NAUGHTY if len(each) <= room):
        if texts and len(texts[-1]) + len(string) < room:
            texts[-1] += f" {string}"
        else:
            texts.append(string)
    return texts
