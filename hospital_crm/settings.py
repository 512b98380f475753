"""Settings, read from the environment (docs/operations.md lists every variable).

A wrong value ends in one clear line: each reader below raises ImproperlyConfigured with what is wrong and what
would be right.
"""

from datetime import timedelta
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF

from hospital_crm import schedule
from hospital_crm.enum_names import ENUM_NAMES
from hospital_crm.lib import deployment
from hospital_crm.lib.mail_server import base_url, mail_server

django_stubs_ext.monkeypatch()  # lets annotations such as ModelForm[Staff] stand in the code itself

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# ── How it is run ────────────────────────────────────────────────────────────
DEMO = deployment.flag(env, "DEMO", default=False)
DEBUG = deployment.flag(env, "DEBUG", default=False)
HTTPS = deployment.flag(env, "HTTPS", default=not DEMO)
VAR_DIR = deployment.writable_folder(Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))))
SECRET_KEY = deployment.secret_key(env, demo=DEMO, folder=VAR_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # earlier ones: links and opt-outs outlast a change
ALLOWED_HOSTS = deployment.allowed_hosts(env, demo=DEMO)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = deployment.number(env, "TRUSTED_PROXIES", default=0, lowest=0)

# ── Data and broker: embedded by default, PostgreSQL and Redis by two addresses ─
DATABASES = {"default": deployment.database(env, VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = VAR_DIR / "files"  # never served directly: guarded views only
# Counts tries and used codes for all web processes together. Not in Redis: no page may need the broker to answer.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "throttle": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "throttle"},
}

CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = deployment.broker(env, VAR_DIR)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker however long that is away
CELERY_TASK_IGNORE_RESULT = True
QUEUES = schedule.QUEUES
CELERY_TASK_DEFAULT_QUEUE = "reminders"
CELERY_TASK_ROUTES = {"*.long_*": {"queue": "jobs"}}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "hospital_crm.lib.beat:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = schedule.TIMED_WORK

# ── Application ──────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "hospital_crm.apps.HospitalCrmConfig",
    "dashboards",
    "consult",
    "followups",
    "promises",
    "messaging",
    "patients",
    "jobs",
    "institution",
    "accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "template_partials",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "hospital_crm.metrics.AnswersMiddleware",  # around all others: their faults are counted too
    "hospital_crm.lib.fresh_connections.fresh_connections_middleware",
    "hospital_crm.lib.whole_bodies.clear_up_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # with random bytes against guessing by length (BREACH)
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "accounts.signin.sessions.LastingCookieMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.signin.pages.PrivatePagesMiddleware",
    "accounts.signin.pages.StaffLanguageMiddleware",
    "hospital_crm.lib.logs.RequestLogMiddleware",
    "accounts.signin.idle.IdleTimeoutMiddleware",
    "hospital_crm.error_pages.WrongMethodMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "hospital_crm.urls"
WSGI_APPLICATION = "hospital_crm.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "hospital_crm.navigation.shell",
            ],
        },
    }
]
FORM_RENDERER = "hospital_crm.lib.forms.FormRenderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ── E-mail to staff ──────────────────────────────────────────────────────────
BASE_URL = base_url(env, hosts=ALLOWED_HOSTS, https=HTTPS, demo=DEMO)
MAIL = mail_server(env, demo=DEMO)
EMAIL_BACKEND, DEFAULT_FROM_EMAIL = MAIL.backend, MAIL.sender
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.starts_tls, MAIL.is_tls
EMAIL_TIMEOUT = 5  # seconds a step; all of a mail together is cut after nine: messaging/services/gateways/email.py

# ── Languages and time ───────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = deployment.time_zone(env)
CELERY_TIMEZONE = TIME_ZONE

# ── Static files ─────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "assets"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# ── Sign-in ──────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.signin.StaffBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboards:workbench"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
IDLE_MINUTES = deployment.number(env, "IDLE_MINUTES", default=15, lowest=1)
OWN_COMPUTER_HOURS = deployment.number(env, "OWN_COMPUTER_HOURS", default=8, lowest=1)
LOCKOUT_ATTEMPTS = deployment.number(env, "LOCKOUT_ATTEMPTS", default=5, lowest=1)
LOCKOUT_MINUTES = deployment.number(env, "LOCKOUT_MINUTES", default=15, lowest=1)
ACCESS_LOG_DAYS = 200  # over six months, the usual keeping time of network logs
SECOND_FACTOR_FOR_ADMINISTRATORS = not DEMO

ACCOUNT_ADAPTER = "accounts.signin.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.PasswordForm",
    "reauthenticate": "accounts.forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = None  # asked on the form: "this is my own computer"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
# Wrong passwords are counted by axes in the database; this limit also stops guessing of second-factor codes.
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": f"{LOCKOUT_ATTEMPTS * 2}/{LOCKOUT_MINUTES}m/key"}
MFA_ADAPTER = "accounts.signin.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.SecondFactorAgainForm",
    "activate_totp": "accounts.forms.ActivateSecondFactorForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

AXES_FAILURE_LIMIT = LOCKOUT_ATTEMPTS
AXES_COOLOFF_TIME = timedelta(minutes=LOCKOUT_MINUTES)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.signin.adapters.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # whoever goes on trying waits no longer
AXES_USERNAME_FORM_FIELD = "login"
AXES_CLIENT_IP_CALLABLE = "hospital_crm.lib.addresses.client_address"
AXES_VERBOSE = False

# ── Browser-side protection ──────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "payment", "usb", "microphone")
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "accounts.signin.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # a shared computer, unless the sign-in said otherwise
SESSION_COOKIE_AGE = (OWN_COMPUTER_HOURS + 24) * 3600  # longer than the idle clock, which says why it signs out
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # probes come from the machine itself
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
CSRF_FAILURE_VIEW = "hospital_crm.error_pages.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# ── API ──────────────────────────────────────────────────────────────────────
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # Prometheus shows it at /metrics; without one there is no page
API_RATE = deployment.number(env, "API_RATE", default=600, lowest=1)  # requests a minute of one person or program
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.bearer.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.access.HasCapability"],
    "DEFAULT_THROTTLE_CLASSES": ["hospital_crm.lib.throttle.RateOfOne"],
    "DEFAULT_THROTTLE_RATES": {"user": f"{API_RATE}/min"},
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["hospital_crm.lib.parsers.FlatJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "hospital_crm.lib.paging.KeysetPages",
    "DEFAULT_SCHEMA_CLASS": "hospital_crm.openapi.OwnWords",
    "EXCEPTION_HANDLER": "hospital_crm.api.problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Hospital CRM",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "hospital_crm.openapi.with_problems",
    ],
}

# ── Logs: one JSON object a line, readable text in demo mode ─────────────────
LOGGING = deployment.logging(json_lines=not DEMO)
DJANGO_STRUCTLOG_CELERY_ENABLED = False
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # it would believe any X-Forwarded-For; the audit holds the address
