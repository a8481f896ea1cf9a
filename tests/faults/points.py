"""The points of a message at which a worker may die."""

from engagement.delivery.transports import Reply, SmtpTransport

POINTS = ("claimed", "body", "armed", "dot", "answered")


class Pointed(SmtpTransport):
    """Calls `_reached` at each point of each message."""

    def begin(self, email, recipient):
        self._reached("claimed")
        super().begin(email, recipient)

    def offer(self):
        super().offer()
        self._reached("body")

    def send_dot(self):
        self._reached("armed")
        super().send_dot()
        self._reached("dot")

    def read_answer(self) -> Reply:
        reply = super().read_answer()
        self._reached("answered")
        return reply
