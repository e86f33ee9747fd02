"""How gunicorn serves the web process: ``gunicorn --config python:quantumruns.webserver``.

Every name below is a setting of gunicorn. There is no access log: addresses of shares carry their
secret.
"""

import gc
import os
from typing import Any

wsgi_app = "quantumruns.wsgi"
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"

# A page takes some 20 ms, half of it in the interpreter; threads are for the waits between, such
# as an API call that waits for its run.
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))

# Loaded once, then forked: processes share what never changes, and one that ends is soon replaced.
preload_app = True

timeout = 30
graceful_timeout = 10
keepalive = 5

# A new process now and then keeps what a library leaks small.
max_requests = 2000
max_requests_jitter = 200

limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

# Gunicorn 27 otherwise opens a socket in the home folder that can reload and stop it.
control_socket_disable = True


def when_ready(server: Any) -> None:  # noqa: ARG001 - the name and argument that gunicorn calls
    """Load the pages too, and keep the collector from writing to what processes are to share."""
    from django.urls import get_resolver  # noqa: PLC0415 - the application is loaded by now

    assert get_resolver().reverse_dict
    gc.collect()
    gc.freeze()
