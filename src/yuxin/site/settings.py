"""Settings of the platform. What differs between installations comes from the data folder."""

import os
from pathlib import Path

from yuxin.site.launcher.folder import DataFolder

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("YUXIN_DATA", ROOT / "var")).resolve()
ROLE = os.environ.get("YUXIN_ROLE", "app")


FOLDER = DataFolder.open(DATA) if DataFolder.exists(DATA) else None
MODE = FOLDER.mode.value if FOLDER else "demo"
ORIGIN = FOLDER.origin if FOLDER else "yuxin.example/demo"
PUBLIC_HOST = FOLDER.host if FOLDER else "127.0.0.1:8000"
DEBUG = False
# Without a data folder there is no secret and so nothing to sign: the fallback serves commands
# that only look at code, such as the check for missing migrations.
_keys = FOLDER.secret_lines("django") if FOLDER else [os.urandom(32).hex()]
SECRET_KEY, SECRET_KEY_FALLBACKS = _keys[0], _keys[1:]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", PUBLIC_HOST.rpartition(":")[0] or PUBLIC_HOST]

INSTALLED_APPS = [
    "yuxin.access",
    "yuxin.evidence",
    "yuxin.files",
    "yuxin.policy",
    "yuxin.messages",
    "yuxin.registry",
    "yuxin.registry.importing",
    "yuxin.ledger",
    "yuxin.cases",
    "yuxin.look",
    "yuxin.tuition",
    "yuxin.tuition.agreements",
    "yuxin.tuition.charges",
    "yuxin.tuition.invoices",
    "yuxin.tuition.insurance",
    "yuxin.tuition.breaks",
    "yuxin.tuition.running",
    "yuxin.tuition.mirror",
    "yuxin.tuition.disputes",
    "yuxin.tuition.outflow",
    "yuxin.tuition.advances",
    "yuxin.tuition.deposits",
    "yuxin.tuition.collapse",
    "yuxin.tuition.answers",
    "yuxin.tuition.redeeming",
    "yuxin.tuition.reconciliation",
    "yuxin.tuition.custody",
    "yuxin.tuition.selection",
    "yuxin.tuition.queued",
    "yuxin.licensing",
    "yuxin.supervision",
    "yuxin.supervision.clues",
    "yuxin.assessment",
    "yuxin.assessment.alerts",
    "yuxin.portal",
    "yuxin.desk",
    "yuxin.family",
    "yuxin.site",
    "django_htmx",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "yuxin.look.storage.StaticFilesMiddleware",
    "yuxin.look.headers.SecurityHeadersMiddleware",
    "yuxin.look.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    # Who asks must be known before the page's rule is read.
    "yuxin.look.signed_in.SignedInMiddleware",
    "yuxin.look.page.PageMiddleware",
]
ROOT_URLCONF = "yuxin.site.urls"
WSGI_APPLICATION = "yuxin.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "yuxin.look.context.look",
            ]
        },
    }
]

_login = FOLDER.connection(ROLE) if FOLDER else {}
_bounded = ROLE == "app"
DATABASES = {
    "default": {
        "ENGINE": "yuxin.access.backend",
        "NAME": _login.pop("dbname", "yuxin"),
        "HOST": _login.pop("host", ""),
        "PORT": str(_login.pop("port", "")),
        "USER": _login.pop("user", f"yuxin_{ROLE}"),
        "PASSWORD": _login.pop("password", ""),
        "GUARDED": _bounded,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            **_login,
            "options": " ".join(
                f"-c {name}={value}"
                for name, value in {
                    "timezone": "UTC",
                    "lock_timeout": "10s",
                    "statement_timeout": "60s" if _bounded else "0",
                    "idle_in_transaction_session_timeout": "120s" if _bounded else "0",
                }.items()
            ),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES: dict[str, str] = {}

TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "yuxin.look.storage.VersionedStaticFiles"},
}
# Before the first collection of static files (tests, a command) they are served from the apps.
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()
WHITENOISE_MAX_AGE = 7 * 24 * 3600
FILES_ROOT = DATA / "files"
EVIDENCE_ROOT = DATA / "evidence"
KEYS_ROOT = FOLDER.keys if FOLDER else DATA / "keys"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = MODE == "production"
CSRF_FAILURE_VIEW = "yuxin.look.errors.csrf_failure"
SIGN_IN_URL = "/sign-in"
LOOK_FRAME = "yuxin.desk.menu.frame"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "yuxin.look.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
