"""The points of a message at which a worker may die."""

from engagement.delivery.transports import Reply, SmtpTransport

POINTS = ("claimed", "body", "armed", "dot", "answered")


class Pointed(SmtpTransport):
    """Calls `_reached` at each point of each message."""

    is_begun = False

    def begin(self, email, recipient):
        self._reached("claimed")
        super().begin(email, recipient)

    def offer(self):
        if self.is_begun:  # with the dot of the message before: here all dots are said
            self.is_begun = False
            self._reached("claimed")
        super().offer()
        self._reached("body")

    def say_dot(self, following=None):
        self.is_begun = super().say_dot(following)
        return self.is_begun

    def send_dot(self, envelope):
        self._reached("armed")
        super().send_dot(envelope)
        self._reached("dot")

    def read_answer(self) -> Reply:
        reply = super().read_answer()
        self._reached("answered")
        return reply
