#!/usr/bin/env python
"""Django's command line for the hospital CRM."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # a wrong setting is the operator's to mend: one line, no traceback
        sys.exit(f"Hospital CRM: {error}")


if __name__ == "__main__":
    main()
