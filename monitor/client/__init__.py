"""The guarded HTTP client: what may be fetched, for how long, how much, and how politely.

client     one fetch: robots.txt, the host's turn, redirects by hand, what an answer means
addresses  which URLs and which network addresses may be asked at all
deadline   a time limit that holds whatever the other side does
dialing    a name -> checked addresses -> a connected socket
transport  requests' adapter over connections that dial that way
body       decoded bytes, capped
robots     robots.txt (RFC 9309)
retry      Retry-After (RFC 9110, 10.2.3)
"""

from monitor.client.client import Client
from monitor.client.deadline import Deadline

__all__ = ["Client", "Deadline"]
