"""What programs send."""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class FlatJSONParser(JSONParser):
    """Nested deeper than Python follows, or holding half a character, it is unreadable, like what is no JSON at all."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
            json.dumps(data, ensure_ascii=False).encode()  # half a character, told as "\ud800", is none
        except (RecursionError, UnicodeEncodeError) as unreadable:
            raise ParseError from unreadable
        return data
