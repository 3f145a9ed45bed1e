"""Ways out of the platform: the gateway for SMS, e-mail and WeChat over HTTP."""

import http.client
import json
import urllib.request
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from yuxin.formats.gateway_messages import GatewayMessage, GatewayStatus, seal_gateway_message

_SECONDS: Final = 10
_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class HttpGateway:
    """Posts signed messages; the gateway sends each id once."""

    url: str
    key: RSAPrivateKey

    def hand_over(self, message: GatewayMessage) -> GatewayStatus | None:
        """What the gateway says, or None when no answer was heard: then try again."""
        assert self.url.startswith(("http://", "https://"))
        request = urllib.request.Request(  # noqa: S310  the scheme is checked above
            self.url, data=seal_gateway_message(message, self.key).encode(), method="POST"
        )
        try:
            with _DIRECT.open(request, timeout=_SECONDS) as answer:
                said = json.loads(answer.read(4096))
        except (OSError, http.client.HTTPException, ValueError):
            return None
        said = said.get("status") if isinstance(said, dict) else None
        return next((status for status in GatewayStatus if status.value == said), None)
