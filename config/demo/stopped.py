"""The campaign of the demo that stopped by itself: what no server would take, and its brake."""

from engagement.models import Brake, Campaign, Message

# Which of its first ten were refused.
REFUSED = (2, 6)
# What is said of a message that did not arrive, by its state.
REASON = {"bounced": "bounced", "failed": "refused"}
REPLY = {"failed": "550 5.7.1 refused"}


def brake(campaign: Campaign, messages: list[Message]) -> None:
    """Stop it after its first ten, which are there."""
    first = [message for message in messages if message.is_first_batch]
    row = Brake.objects.create(
        campaign=campaign,
        kind=Brake.Kind.BOUNCES,
        bad=sum(message.state in REASON for message in first),
        tried=len(first),
        at=max(message.due_at for message in first),
    )
    campaign.state_reason = f"Paused by itself: {row.sentence}"
    campaign.save(update_fields=["state_reason"])
