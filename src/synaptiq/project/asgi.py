"""The application that Granian serves."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import get_resolver

from synaptiq.project.static import StaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "synaptiq.project.settings")

# It imports models, which only a Django that is set up has.
_django = get_asgi_application()

from synaptiq.analytics.collecting import Collecting  # noqa: E402
from synaptiq.api.chat.messages import Messages  # noqa: E402
from synaptiq.api.chat.streaming import EventStreams  # noqa: E402
from synaptiq.dashboard.live.streaming import CHANNELS, MemberStreams  # noqa: E402
from synaptiq.kit.listening import Hub  # noqa: E402

# One connection hears for visitors and for members.
_hub = Hub(*CHANNELS)
streams = EventStreams(MemberStreams(_django, _hub), _hub)
application = Collecting(StaticFiles(Messages(streams), settings.STATIC_ROOT))
# All that answers is read now, and not by the first who asks.
get_resolver().url_patterns  # noqa: B018
