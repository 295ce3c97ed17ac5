"""Page content that attacks every place where it is shown."""

from __future__ import annotations

SAID = (
    "Nytt <script>alert(1)</script> &lt;script&gt;alert(2)&lt;/script&gt; &lt;img src=x onerror=alert(3)&gt; "
    "<svg onload=alert(4)><text>x</text></svg><form action=https://onda.example><input name=pin></form>"
    "{{ 7*7 }} {% for a in b %} ${HOME} %(name)s \x1b]0;ägd\x07\x1b[2J \u202eden \u200bdolda\u2066 \x08\x00 "
    "--&gt; &lt;!-- ]]&gt; "
    "&lt;/title&gt; &lt;/textarea&gt; ' onmouseover='alert(5) \" onfocus=\"alert(6)"
)
ATTACK = (
    '<p style="position:fixed;width:expression(alert(7));background:url(https://onda.example/x)" '
    f'onclick="alert(8)">{SAID}</p>'
    "<ul><li>=HYPERLINK(&quot;https://onda.example&quot;)</li><li>@SUM(1+1)*cmd|' /C calc'!A0</li>"
    "<li>Följ <a href=\"javascript:alert(9)\">länken</a>, <a href='data:text/html,&lt;script&gt;'>datan</a> eller "
    "<a href='https://onda.example/&quot;&gt;&lt;b onclick=alert(10)&gt;'>adressen</a></li></ul>"
    + "".join(f"<h2>Rubrik {n}</h2><p><a href=/x/{n}>Länk {n}</a></p>" for n in range(800))
)
TITLE = "Våld\r\nBcc: offer@kommun.example\r\n\r\n&lt;script&gt;alert(11)&lt;/script&gt; {{ 7*7 }}"
