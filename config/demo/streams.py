"""Randomness that does not depend on the order of things."""

import hashlib
import random
import uuid

NAMESPACE = uuid.UUID("6c61726b-7370-4572-a000-746964616c00")


class Streams:
    """Random streams and stable ids, one for each (kind, key)."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, kind: str, key: object) -> random.Random:
        digest = hashlib.sha256(f"{self.seed}:{kind}:{key}".encode()).digest()
        return random.Random(int.from_bytes(digest[:8], "big"))  # demo data, no secret

    def uid(self, kind: str, key: object) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, f"{self.seed}:{kind}:{key}")
