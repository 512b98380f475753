"""What the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from hospital_crm.lib.whole_bodies import with_whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")

application = with_whole_bodies(get_wsgi_application())
