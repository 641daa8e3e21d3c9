"""A browser for tests without one: keeps cookies, fills the forms of pages."""

import re
from typing import Any

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Visitor:
    def __init__(self, app: Any, language: str = "en", host: str = "app.localhost") -> None:
        from starlette.testclient import TestClient

        self.client: Any = TestClient(
            app,
            base_url=f"http://{host}",
            headers={"Accept-Language": language},
            follow_redirects=False,
            client=("127.0.0.1", 1),
            raise_server_exceptions=True,
        )
        self.token = ""

    @classmethod
    def over_http(cls, address: str, language: str = "en") -> "Visitor":
        """Visit an application that is served at a name of this machine."""
        import httpx2

        host = address.removeprefix("http://")
        made = cls.__new__(cls)
        made.client = httpx2.Client(
            base_url=f"http://127.0.0.1:{host.rpartition(':')[2]}",
            headers={"Accept-Language": language, "Host": host},
            timeout=180,
            # Leaves no socket open, and reads no certificates of authorities.
            transport=httpx2.HTTPTransport(
                verify=False, limits=httpx2.Limits(max_keepalive_connections=0)
            ),
            follow_redirects=False,
        )
        made.token = ""
        return made

    def get(self, path: str, **headers: str) -> Any:
        return self._kept(self.client.get(path, headers=headers))

    def post(self, path: str, **form: str) -> Any:
        """Send a form with the token of the page before, and follow where it leads."""
        answer = self.client.post(path, data={"form_token": self.token, **form})
        return self.follow(answer)

    def follow(self, answer: Any) -> Any:
        while answer.status_code == 303 and answer.headers["location"].startswith("/"):
            answer = self.client.get(answer.headers["location"])
        return self._kept(answer)

    def _kept(self, answer: Any) -> Any:
        found = TOKEN.search(answer.text)
        if found is not None:
            self.token = found[1]
        return answer
