"""What we say when we ask whether we may keep somebody longer, in each language that we have.

The email, the page behind it and the confirmation all speak the language of the request. A change
of these words is a new `VERSION`: what people agreed to is kept with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel.dates import format_date

VERSION: Final = "extension-2"


@dataclass(frozen=True)
class Words:
    """Whole sentences. In braces: until, ends, day, months, organisation, law, name, address,
    kinds."""

    code: str
    day: Callable[[date], str]
    # the email
    colon: str
    subject: str
    hello: str
    allowed: str
    promised: str
    ask: str
    last: str
    paused: str
    choose: str
    choose_link: str
    # what either answer does, and silence
    keep: str
    delete: str
    keep_does: str
    keep_with_emails: str
    keep_without_emails: str
    delete_does: str
    if_silent: str
    silent_deleted: str
    silent_locked: str
    silent_held: str
    silent_considered: str
    # the page
    address: str
    answers: str
    undo: str
    confirmed: str
    kept: str
    kept_until: str
    kept_says: str
    deleting: str
    deleting_says: str
    deleting_later: str
    locked: str
    locked_held: str
    locked_law: str
    settled: str
    settled_until: str
    settled_refused: str
    changed: str
    over: str
    over_says: str
    stop: str
    # the confirmation
    kept_subject: str
    deleting_subject: str
    not_you: str
    # a number of months, with the word where its form depends on the number
    months: Callable[[int], str] = str


def _english_day(day: date) -> str:
    return f"{day:%-d %B %Y}"


_MONTHS_IN_FRENCH = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def _french_day(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS_IN_FRENCH[day.month - 1]} {day.year}"


ENGLISH: Final = Words(
    code="en",
    day=_english_day,
    colon=":",
    subject="Shall we keep your details until {until}?",
    hello="Hello {name},",
    allowed="You allowed {organisation} to keep your details for other jobs. That ends on {ends}.",
    promised="We promised to keep you in mind for {kinds} jobs. We can keep that promise only"
    " while we keep your details.",
    ask="May we keep them for {months} more months, until {until}? Either answer takes one"
    " press on the page that opens.",
    last="This is the last time that we ask.",
    paused="Your job emails are paused. They stay paused until {day}, whatever you answer.",
    choose="Change or stop job emails:",
    choose_link="Change or stop job emails",
    keep="Keep my details for {months} more months",
    delete="Delete my details",
    keep_does="We keep your details until {until}. You can change your mind at any time.",
    keep_with_emails="Job emails go on as you chose them. You can stop them from any email.",
    keep_without_emails="You get no job emails, as before.",
    delete_does="From that moment you get no more job emails. We delete your details seven"
    " days later; until then you can take it back.",
    if_silent="If you do nothing",
    silent_deleted="If you do nothing, we will delete them on {ends}.",
    silent_locked="If you do nothing, we stop using them on {ends}: no search finds them, and"
    " no email goes to you. We keep the record of your application locked away until {day},"
    " because the law lets us or makes us. Then we delete it.",
    silent_held="If you do nothing, we stop using them on {ends}: no search finds them, and no"
    " email goes to you. We keep them locked away until a legal matter is settled. Then we"
    " delete them.",
    silent_considered="You are being considered for a job. While you are, we keep your"
    " details, whatever you answer here.",
    address="For {address}.",
    answers="What each answer does",
    undo="Undo",
    confirmed="We sent you one email that confirms this.",
    kept="Thank you",
    kept_until="We keep your details until {until}",
    kept_says="On {day} you said yes. You need do nothing more.",
    deleting="We delete your details on {day}",
    deleting_says="You get no more job emails from now on. Until {day} you can take it back.",
    deleting_later="You get no more job emails from now on. You are being considered for a"
    " job: we delete your details once you have heard our decision.",
    locked="We removed you from all searches and emails today",
    locked_held="We must keep your details until a legal matter is settled, because a claim"
    " needs them. They are locked away, and deleted after that.",
    locked_law="We must keep the record of your application until {day}, because of the law of"
    " {law}. It is locked away, and deleted after that.",
    settled="There is nothing to answer any more",
    settled_until="We may keep your details until {day}, because something changed after we asked.",
    settled_refused="You do not want to be kept for other jobs, and we do not keep you for them.",
    changed="Something changed after you opened this page, so nothing was done. This is how it"
    " stands now.",
    over="That link has run out",
    over_says="It worked until {ends}, the day that it asked about. You can stop job emails"
    " without it.",
    stop="Stop all job emails",
    kept_subject="We keep your details until {until}",
    deleting_subject="You asked us to delete your details",
    not_you="Was it not you, or did you change your mind? You can take it back until {day}:",
)

FRENCH: Final = Words(
    code="fr",
    day=_french_day,
    colon=" :",
    subject="Pouvons-nous garder vos données jusqu’au {until} ?",
    hello="Bonjour {name},",
    allowed="Vous avez permis à {organisation} de garder vos données pour d’autres postes."
    " Cette permission prend fin le {ends}.",
    promised="Nous avons promis de penser à vous pour des postes : {kinds}. Nous ne pouvons tenir"
    " cette promesse que tant que nous gardons vos données.",
    ask="Pouvons-nous les garder {months} mois de plus, jusqu’au {until} ? Pour répondre, il"
    " suffit d’un clic sur la page qui s’ouvre.",
    last="C’est la dernière fois que nous vous le demandons.",
    paused="Vos e-mails d’offres sont en pause. Ils le restent jusqu’au {day}, quelle que soit"
    " votre réponse.",
    choose="Modifier ou arrêter les e-mails d’offres :",
    choose_link="Modifier ou arrêter les e-mails d’offres",
    keep="Garder mes données {months} mois de plus",
    delete="Supprimer mes données",
    keep_does="Nous gardons vos données jusqu’au {until}. Vous pouvez changer d’avis à tout"
    " moment.",
    keep_with_emails="Les e-mails d’offres continuent comme vous l’avez choisi. Chaque e-mail"
    " permet de les arrêter.",
    keep_without_emails="Vous ne recevez pas d’e-mails d’offres, comme avant.",
    delete_does="À partir de ce moment, vous ne recevez plus d’e-mails d’offres. Nous"
    " supprimons vos données sept jours plus tard ; d’ici là, vous pouvez revenir sur votre"
    " choix.",
    if_silent="Si vous ne faites rien",
    silent_deleted="Si vous ne faites rien, nous les supprimerons le {ends}.",
    silent_locked="Si vous ne faites rien, nous cessons de les utiliser le {ends} : aucune"
    " recherche ne les trouve et aucun e-mail ne part. Nous gardons le dossier de votre"
    " candidature sous clé jusqu’au {day}, parce que la loi le permet ou l’exige. Ensuite,"
    " nous le supprimons.",
    silent_held="Si vous ne faites rien, nous cessons de les utiliser le {ends} : aucune"
    " recherche ne les trouve et aucun e-mail ne part. Nous les gardons sous clé jusqu’à la"
    " fin d’une affaire juridique. Ensuite, nous les supprimons.",
    silent_considered="Votre candidature à un poste est en cours. D’ici à la décision, nous"
    " gardons vos données, quelle que soit votre réponse.",
    address="Pour {address}.",
    answers="Ce que fait chaque réponse",
    undo="Annuler",
    confirmed="Nous vous avons envoyé un e-mail de confirmation.",
    kept="Merci",
    kept_until="Nous gardons vos données jusqu’au {until}",
    kept_says="Le {day}, vous avez dit oui. Vous n’avez rien d’autre à faire.",
    deleting="Nous supprimons vos données le {day}",
    deleting_says="Vous ne recevez plus d’e-mails d’offres. Jusqu’au {day}, vous pouvez"
    " revenir sur votre choix.",
    deleting_later="Vous ne recevez plus d’e-mails d’offres. Votre candidature à un poste est"
    " en cours : nous supprimons vos données une fois que vous connaissez notre décision.",
    locked="Nous vous avons retiré aujourd’hui de toutes les recherches et de tous les envois",
    locked_held="Nous devons garder vos données jusqu’à la fin d’une affaire juridique, qui en"
    " a besoin. Elles sont sous clé, puis supprimées.",
    locked_law="Nous devons garder le dossier de votre candidature jusqu’au {day}, à cause de"
    " la loi ({law}). Il est sous clé, puis supprimé.",
    settled="Il n’y a plus rien à répondre",
    settled_until="Nous pouvons garder vos données jusqu’au {day}, car la situation a changé"
    " depuis notre question.",
    settled_refused="Vous ne souhaitez pas être gardé pour d’autres postes, et nous ne vous"
    " gardons pas.",
    changed="La situation a changé depuis que vous avez ouvert cette page : rien n’a été fait."
    " Voici où en sont les choses.",
    over="Ce lien n’est plus valable",
    over_says="Il l’était jusqu’au {ends}, le jour de la question. Vous pouvez arrêter les"
    " e-mails d’offres sans lui.",
    stop="Arrêter tous les e-mails d’offres",
    kept_subject="Nous gardons vos données jusqu’au {until}",
    deleting_subject="Vous nous avez demandé de supprimer vos données",
    not_you="Ce n’était pas vous, ou vous avez changé d’avis ? Vous pouvez revenir en arrière"
    " jusqu’au {day} :",
)


def _arabic_day(day: date) -> str:
    return format_date(day, "d MMMM y", locale="ar")


def _arabic_months(number: int) -> str:
    return f"{number} {'أشهر' if 3 <= number % 100 <= 10 else 'شهرًا'}"


ARABIC: Final = Words(
    code="ar",
    day=_arabic_day,
    months=_arabic_months,
    colon=":",
    subject="هل نحتفظ ببياناتك حتى {until}؟",
    hello="مرحبًا {name}،",
    allowed="سمحت لـ {organisation} بالاحتفاظ ببياناتك لوظائف أخرى. ينتهي ذلك في {ends}.",
    promised="وعدنا بأن نتذكّرك لوظائف {kinds}. ولا يمكننا الوفاء بهذا الوعد إلا ما دمنا نحتفظ"
    " ببياناتك.",
    ask="هل نحتفظ بها {months} أخرى، حتى {until}؟ كل جواب يتطلب ضغطة واحدة في الصفحة التي تفتح.",
    last="هذه آخر مرة نسألك فيها.",
    paused="رسائل الوظائف متوقفة مؤقتًا. وتبقى كذلك حتى {day}، مهما كان جوابك.",
    choose="تغيير رسائل الوظائف أو إيقافها:",
    choose_link="تغيير رسائل الوظائف أو إيقافها",
    keep="الاحتفاظ ببياناتي {months} أخرى",
    delete="حذف بياناتي",
    keep_does="نحتفظ ببياناتك حتى {until}. يمكنك تغيير رأيك في أي وقت.",
    keep_with_emails="تستمر رسائل الوظائف كما اخترتها. ويمكنك إيقافها من أي رسالة.",
    keep_without_emails="لا تصلك رسائل وظائف، كما كان.",
    delete_does="منذ تلك اللحظة لا تصلك رسائل وظائف. ونحذف بياناتك بعد سبعة أيام؛ وحتى ذلك الحين"
    " يمكنك التراجع.",
    if_silent="إن لم تفعل شيئًا",
    silent_deleted="إن لم تفعل شيئًا، نحذفها في {ends}.",
    silent_locked="إن لم تفعل شيئًا، نتوقف عن استخدامها في {ends}: لا يجدها أي بحث، ولا تصلك أي"
    " رسالة. ونحتفظ بملف طلبك مقفلًا حتى {day}، لأن القانون يسمح لنا بذلك أو يلزمنا به. ثم نحذفه.",
    silent_held="إن لم تفعل شيئًا، نتوقف عن استخدامها في {ends}: لا يجدها أي بحث، ولا تصلك أي"
    " رسالة. ونحتفظ بها مقفلة إلى أن تُحسم مسألة قانونية. ثم نحذفها.",
    silent_considered="أنت مرشح لوظيفة. وما دمت كذلك نحتفظ ببياناتك، مهما كان جوابك هنا.",
    address="للعنوان {address}.",
    answers="ما يفعله كل جواب",
    undo="تراجع",
    confirmed="أرسلنا إليك رسالة واحدة تؤكد ذلك.",
    kept="شكرًا لك",
    kept_until="نحتفظ ببياناتك حتى {until}",
    kept_says="وافقت في {day}. لا يلزمك فعل شيء آخر.",
    deleting="نحذف بياناتك في {day}",
    deleting_says="لا تصلك رسائل وظائف من الآن. ويمكنك التراجع حتى {day}.",
    deleting_later="لا تصلك رسائل وظائف من الآن. وأنت مرشح لوظيفة: نحذف بياناتك بعد أن تسمع"
    " قرارنا.",
    locked="أزلناك اليوم من جميع عمليات البحث والرسائل",
    locked_held="علينا الاحتفاظ ببياناتك إلى أن تُحسم مسألة قانونية، لأن مطالبةً تحتاج إليها."
    " وهي مقفلة، وتُحذف بعد ذلك.",
    locked_law="علينا الاحتفاظ بملف طلبك حتى {day}، بسبب القانون في {law}. وهو مقفل، ويُحذف بعد"
    " ذلك.",
    settled="لم يعد هناك ما يُجاب عنه",
    settled_until="يجوز لنا الاحتفاظ ببياناتك حتى {day}، لأن شيئًا تغيّر بعد أن سألنا.",
    settled_refused="لا تريد أن نحتفظ ببياناتك لوظائف أخرى، ولا نحتفظ بها لذلك.",
    changed="تغيّر شيء بعد أن فتحت هذه الصفحة، فلم يُنفَّذ شيء. وهذا هو الوضع الآن.",
    over="انتهت صلاحية هذا الرابط",
    over_says="كان صالحًا حتى {ends}، وهو اليوم الذي سأل عنه. ويمكنك إيقاف رسائل الوظائف من دونه.",
    stop="إيقاف جميع رسائل الوظائف",
    kept_subject="نحتفظ ببياناتك حتى {until}",
    deleting_subject="طلبت منا حذف بياناتك",
    not_you="ألم تكن أنت، أو هل غيّرت رأيك؟ يمكنك التراجع حتى {day}:",
)
LANGUAGES: Final = {words.code: words for words in (ENGLISH, FRENCH, ARABIC)}


def language_for(*wanted: str) -> str:
    """Return the first of the languages that we have words in, "fr-CA" as "fr"; else English.

    wanted: the person's own, then the organisation's.
    """
    codes = (one.replace("_", "-").partition("-")[0].lower() for one in wanted)
    return next((code for code in codes if code in LANGUAGES), ENGLISH.code)


def words_in(code: str) -> Words:
    """Return the words of a request, in English should its language be gone by now."""
    return LANGUAGES.get(code, ENGLISH)
