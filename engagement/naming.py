"""What a message is, in words for colleagues, and the ids that a timeline links to."""

from engagement.models import Message


def links_of(message: Message) -> dict[str, str]:
    """Return the ids that a timeline links to."""
    found = {"message": str(message.public_id)}
    if message.job:
        found["job"] = str(message.job.public_id)
    if message.campaign:
        found["campaign"] = str(message.campaign.public_id)
    return found


def about(message: Message) -> str:
    """Say for colleagues what the message is."""
    if message.purpose == Message.Purpose.NURTURE:
        campaign = f"the email of “{message.campaign}”" if message.campaign else "a job email"
        return f"the email about {message.job.title}" if message.job else campaign
    if message.purpose == Message.Purpose.LETTER and message.job:
        return f"the letter about {message.job.title}"
    if message.purpose == Message.Purpose.CODE:
        return "a code for their own page"
    if message.purpose == Message.Purpose.TOLD:
        return "the notice that we keep their details"
    if message.purpose == Message.Purpose.PERSONAL:
        writer = message.sender.name if message.sender else "a colleague"
        return "the answer to their email" if message.answers_id else f"the email of {writer}"
    if message.extension_id:
        return "the question whether we may keep them longer"
    if message.purpose == Message.Purpose.SURVEY:
        return "the question how it was to apply"
    return "the notice about their choices"
