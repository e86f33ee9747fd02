"""Every setting, read from the environment. `bin/up` sets what a machine of one's own needs."""

import os
from pathlib import Path
from urllib.parse import quote

from quantumruns import environment
from quantumruns.worker import configuration
from runs.limits import Limits

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(environment.text("QUANTUMRUNS_HOME", str(BASE_DIR / "var"))).resolve()

DEBUG = environment.flag("DEBUG", default=False)
SECRET_KEY = environment.secret_key(HOME)
SITE_URL = environment.text(
    "SITE_URL", f"http://localhost:{environment.text('PORT', '8000')}"
).rstrip("/")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = environment.words(
    "ALLOWED_HOSTS", f"localhost 127.0.0.1 [::1] {environment.host(SITE_URL)}"
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_q",
    "rest_framework",
    "drf_spectacular",
    "accounts",
    "runs",
    "evidence",
    "quantumruns",
]

MIDDLEWARE = [
    "quantumruns.middleware.RequestIdMiddleware",
    "quantumruns.middleware.SecurityHeadersMiddleware",
    "quantumruns.api.throttling.RateLimitMiddleware",
    "quantumruns.api.problems.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "quantumruns.middleware.StaffNeedsMfaMiddleware",
]

ROOT_URLCONF = "quantumruns.urls"
WSGI_APPLICATION = "quantumruns.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

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
                "quantumruns.ui.page_context",
            ],
            "builtins": ["quantumruns.ui"],
        },
    },
]

DATABASES = {
    "default": environment.database(
        environment.text("DATABASE_URL", f"sqlite:///{quote(str(HOME))}/quantumruns.sqlite3")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Evidence bytes lie in a content-addressed folder behind Django's storage API.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "evidence"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True

# Accounts: allauth, by e-mail and password, with TOTP and recovery codes.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/runs/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "accounts.entrance.LoginForm",
    "signup": "accounts.entrance.SignupForm",
    "add_email": "accounts.entrance.AddEmailForm",
    "change_password": "accounts.entrance.ChangePasswordForm",
    "set_password": "accounts.entrance.SetPasswordForm",
    "reset_password": "accounts.entrance.ResetPasswordForm",
    "reset_password_from_key": "accounts.entrance.ResetPasswordKeyForm",
    "reauthenticate": "accounts.entrance.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = environment.text("ACCOUNT_EMAIL_VERIFICATION", "mandatory")
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = int(environment.text("TRUSTED_PROXY_COUNT", "0"))
MFA_ADAPTER = "accounts.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "accounts.entrance.SecondFactorForm",
    "reauthenticate": "accounts.entrance.SecondFactorAgainForm",
    "activate_totp": "accounts.entrance.ActivateTotpForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "QuantumRuns"

EMAIL_BACKEND = environment.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = environment.text("EMAIL_HOST", "localhost")
EMAIL_PORT = int(environment.text("EMAIL_PORT", "25"))
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "QuantumRuns <noreply@localhost>")

# Sessions, cookies and headers.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "quantumruns-session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "quantumruns-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "quantumruns.pages.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^healthz$"]
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
if environment.flag("TRUST_PROXY_HEADERS", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
API_BODY_BYTES = 256 * 1024
VERIFY_UPLOAD_BYTES = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = API_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = VERIFY_UPLOAD_BYTES + 128 * 1024  # counts the form around the file

# Runs and their execution.
RUN_LIMITS = Limits.from_environment(os.environ)
LEASE_SECONDS = int(environment.text("LEASE_SECONDS", "45"))
# A process takes memory of its own; for more than these, start workers on further machines.
WORKER_PROCESSES = environment.number("WORKER_PROCESSES", 2, least=1, most=64)
# On a machine of one's own, what the platform offers; on a site for others, all of it or nothing.
RUNNER_ISOLATION = environment.choice(
    "RUNNER_ISOLATION", ("strict", "available"), "strict" if HTTPS else "available"
)
RUNNER_FOLDER = Path(environment.text("RUNNER_FOLDER", str(HOME / "runner")))
# How long a worker that is asked to stop lets runs finish before it hands them back, and how long
# one that looks alive may do nothing before it ends, so that its supervisor starts another.
WORKER_FINISH_SECONDS = int(environment.text("WORKER_FINISH_SECONDS", "20"))
WORKER_PATIENCE_SECONDS = int(environment.text("WORKER_PATIENCE_SECONDS", "30"))
Q_CLUSTER = configuration.cluster(processes=WORKER_PROCESSES, wall_seconds=RUN_LIMITS.wall_seconds)

# Evidence. Only the worker's environment names the private key.
EVIDENCE_SIGNING_KEY_FILE = os.environ.get("EVIDENCE_SIGNING_KEY_FILE")
# How long a packet may take to build before another worker does it, how often it is tried, and how
# long to wait after an attempt that failed: a full disk is not over in a moment.
EVIDENCE_ATTEMPTS = int(environment.text("EVIDENCE_ATTEMPTS", "3"))
EVIDENCE_LEASE_SECONDS = int(environment.text("EVIDENCE_LEASE_SECONDS", "300"))
EVIDENCE_WAIT_SECONDS = [int(word) for word in environment.words("EVIDENCE_WAIT_SECONDS", "60 600")]
# How long after one checkpoint of the log the next is due, where something was sealed; 0 leaves it
# to `manage.py evidence_checkpoint`. Each is also added to the file and mailed to the addresses.
EVIDENCE_CHECKPOINT_HOURS = int(environment.text("EVIDENCE_CHECKPOINT_HOURS", "24"))
EVIDENCE_CHECKPOINT_FILE = environment.text("EVIDENCE_CHECKPOINT_FILE", "")
EVIDENCE_CHECKPOINT_MAIL = environment.words("EVIDENCE_CHECKPOINT_MAIL")
SHARE_DAYS = 30
SHARE_DAYS_MAX = 365

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["quantumruns.api.parsing.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "quantumruns.api.negotiation.OneFormat",
    "DEFAULT_THROTTLE_CLASSES": ["quantumruns.api.throttling.RateThrottle"],
    "DEFAULT_SCHEMA_CLASS": "quantumruns.api.schema.Schema",
    "EXCEPTION_HANDLER": "quantumruns.api.problems.exception_handler",
    "NON_FIELD_ERRORS_KEY": "nonFieldErrors",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
}
# Requests a minute, per person or address; see quantumruns.api.throttling for what counts.
API_RATES = {
    "read": int(environment.text("API_RATE_READ", "120")),
    "write": int(environment.text("API_RATE_WRITE", "60")),
    "runs": int(environment.text("API_RATE_RUNS", "20")),
    "shares": int(environment.text("API_RATE_SHARES", "10")),
    "verify": int(environment.text("API_RATE_VERIFY", "30")),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "QuantumRuns API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": (
        "The workflow record for quantum circuits: every run becomes evidence. Writes that create"
        " something take an Idempotency-Key; every error is a problem document (RFC 9457) whose"
        " code the docs explain. Rates are counted in each web process by itself."
    ),
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name} {request_id} {message}", "style": "{"}
    },
    "filters": {
        "secrets": {"()": "quantumruns.logs.HideShareTokens"},
        "request": {"()": "quantumruns.logs.NameRequest"},
        "refusals": {"()": "quantumruns.logs.TellRefusalsShortly"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["secrets", "request", "refusals"],
        }
    },
    "loggers": {"django-q": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO")},
}
