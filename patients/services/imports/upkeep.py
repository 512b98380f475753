"""Files that people brought are kept no longer than the files that jobs write."""

from datetime import datetime, timedelta

from institution.models import Setting
from patients.models import Import


def forget_old_files(*, at: datetime) -> int:
    """Those past their time are gone, row and content; what became of their rows stays. Returns how many."""
    days = float(Setting.objects.number("files.keep_result_days"))
    old = list(Import.objects.with_old_file(at - timedelta(days=days)).select_related("file"))
    for run in old:
        if (stored := run.file) is not None:
            content = stored.content
            stored.delete()
            content.delete(save=False)
    return len(old)
