"""The guarded HTTP client: limits on addresses, time and size, robots.txt, and the host gate.

client                one fetch: robots.txt, the host gate, redirects, the meaning of an answer
addresses             which URLs and which network addresses may be requested at all
deadline              a time limit that holds whatever the server does
dialing               from a host name to checked addresses to a connected socket
transport             requests' adapter over connections that are dialled that way
outgoing              what is sent for a page, with the values of its credentials
socks                 a connection through a proxy of SOCKS 5
cookies               of one chain of redirects
body                  decoded bytes, limited in size
robots                robots.txt (RFC 9309)
authorities           which certificate authorities are trusted
retry_after           Retry-After (RFC 9110, 10.2.3)
host_gate_in_memory   a host gate for a single fetch
"""

from monitor.client.client import Client
from monitor.client.deadline import Deadline

__all__ = ["Client", "Deadline"]
