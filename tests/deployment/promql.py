"""As much of Prometheus' language as the alarms of the guide use: reads an expression, or says where it is wrong."""

import re
from dataclasses import dataclass, field

FUNCTIONS = {"absent": 1, "increase": 1, "rate": 1, "delta": 1, "min_over_time": 1, "histogram_quantile": 2}
OF_A_RANGE = {"increase", "rate", "delta", "min_over_time"}
AGGREGATIONS = {"sum", "min", "max", "avg", "count"}
BETWEEN = {"==", "!=", ">", "<", ">=", "<=", "+", "-", "*", "/", "and", "or", "unless"}
TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[a-zA-Z_:][\w:]*|\d+(?:\.\d+)?[smhd]?|[=!]~|[=!<>]=|[-+*/<>(){}\[\],=])')


class Wrong(Exception):
    """It is no expression of that language."""


@dataclass(frozen=True)
class Selector:
    metric: str
    labels: dict[str, tuple[str, str]]  # name -> sign, value


@dataclass
class Reader:
    tokens: list[str]
    found: list[Selector] = field(default_factory=list)

    @property
    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, *wanted: str) -> str:
        if not self.tokens or (wanted and self.tokens[0] not in wanted):
            raise Wrong(f"{self.next!r} instead of {wanted}")
        return self.tokens.pop(0)

    def expression(self) -> bool:
        """Whether it is a range of time."""
        is_range = self.operand()
        while self.next in BETWEEN:
            self.take()
            if is_range | self.operand():
                raise Wrong("a range cannot be compared")
        return is_range

    def operand(self) -> bool:
        word = self.take()
        if word == "(":
            is_range = self.expression()
            self.take(")")
            return is_range
        if re.fullmatch(r"\d+(\.\d+)?", word):
            return False
        if not re.fullmatch(r"[a-zA-Z_:][\w:]*", word) or word in BETWEEN:
            raise Wrong(f"{word!r} is no operand")
        if word in AGGREGATIONS:
            return self.aggregation()
        return self.function(word) if self.next == "(" else self.selector(word)

    def aggregation(self) -> bool:
        if self.next == "by":
            self.take()
            self.take("(")
            while self.take() and self.take(",", ")") == ",":
                pass
        self.take("(")
        if self.expression():
            raise Wrong("a range cannot be added up")
        self.take(")")
        return False

    def function(self, name: str) -> bool:
        if name not in FUNCTIONS:
            raise Wrong(f"{name} is no function")
        self.take("(")
        ranges = [self.expression()]
        while self.next == ",":
            self.take()
            ranges.append(self.expression())
        self.take(")")
        if len(ranges) != FUNCTIONS[name] or ranges[-1] != (name in OF_A_RANGE):
            raise Wrong(f"{name} takes something else")
        return False

    def selector(self, metric: str) -> bool:
        labels = {}
        if self.next == "{":
            self.take()
            while True:
                name, sign, value = self.take(), self.take("=", "!=", "=~", "!~"), self.take()
                labels[name] = (sign, re.fullmatch(r'"(.*)"', value)[1])  # type: ignore[index]  # else it is wrong
                if self.take(",", "}") == "}":
                    break
        self.found.append(Selector(metric, labels))
        if self.next != "[":
            return False
        self.take()
        if not re.fullmatch(r"\d+[smhd]", self.take()):
            raise Wrong("a range needs a length")
        self.take("]")
        return True


def selectors(text: str) -> list[Selector]:
    """What the expression reads. Raises Wrong."""
    tokens, at = [], 0
    while found := TOKEN.match(text, at):
        tokens.append(found[1])
        at = found.end()
    if text[at:].strip():
        raise Wrong(f"cannot read {text[at:]!r}")
    reader = Reader(tokens)
    if reader.expression() or reader.tokens:
        raise Wrong(f"{reader.tokens} is left over")
    return reader.found
