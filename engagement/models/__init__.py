from engagement.models.access import AccessCode
from engagement.models.address_changes import AddressChange
from engagement.models.address_claims import AddressClaim
from engagement.models.brakes import Brake
from engagement.models.campaigns import Audience, Campaign, Enrolment, Step, Worded
from engagement.models.clockwork import Clockwork
from engagement.models.days import CampaignDay, SenderDay
from engagement.models.domains import SendingDomain
from engagement.models.erased import ErasedCase, ErasedChoice, ErasedEnrolment, ErasedMessage
from engagement.models.handovers import Handover
from engagement.models.messages import Decision, DeliveryEvent, Message
from engagement.models.replies import Incoming, Mailbox, Reply
from engagement.models.reports import ProviderReport
from engagement.models.rules import OpeningRule, RuleFiring
from engagement.models.sign_ups import SignUp
from engagement.models.staff_emails import StaffEmail
from engagement.models.surveys import Survey
from engagement.models.templates import Template, TemplateVersion
from engagement.models.trials import Trial
from engagement.models.versions import StepVersion
from engagement.models.waiting_files import WaitingFile

__all__ = [
    "AccessCode",
    "AddressChange",
    "AddressClaim",
    "Audience",
    "Brake",
    "Campaign",
    "CampaignDay",
    "Clockwork",
    "Decision",
    "DeliveryEvent",
    "Enrolment",
    "ErasedCase",
    "ErasedChoice",
    "ErasedEnrolment",
    "ErasedMessage",
    "Handover",
    "Incoming",
    "Mailbox",
    "Message",
    "OpeningRule",
    "ProviderReport",
    "Reply",
    "RuleFiring",
    "SenderDay",
    "SendingDomain",
    "SignUp",
    "StaffEmail",
    "Step",
    "StepVersion",
    "Survey",
    "Template",
    "TemplateVersion",
    "Trial",
    "WaitingFile",
    "Worded",
]
