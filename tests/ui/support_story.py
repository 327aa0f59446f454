"""What happened on an evening without Internet, for the bench of support: told once, for tests and pictures."""

from __future__ import annotations

from datetime import timedelta

from selfcare.app.support.port import Reminder
from selfcare.model.case import CaseHead, Channel, Contact, Effect, Source, Tried
from selfcare.model.symptom import OtherDevices, Symptom, SymptomKind
from selfcare.model.ticket import Parcel, Phase, Receipt, Reply
from tests.ui.support_bench import IDS, SupportBench


def storied(bench: SupportBench) -> SupportBench:
    """An evening: a check, a fix without effect, a call."""
    case = IDS[0]
    since = (bench.now - timedelta(hours=3)).isoformat()
    symptom = Symptom(SymptomKind.NO_WEB, since, OtherDevices.SAME)
    words = "Plus rien ne s'affiche depuis le dîner, sur tous les appareils."
    opened = (bench.now - timedelta(hours=2)).isoformat()
    bench.heads = [CaseHead(case, opened, None, symptom, words, "fault", "WAN-DOWN", bench.verdict)]
    bench.events[case] = []
    bench.tried[case] = (
        Tried(
            "dhcp.renew", Source.REMEDY, Effect.NONE, opened, 1, "Renouveler l'adresse de cet ordinateur : sans effet"
        ),
        Tried("box-restart", Source.GUIDE, Effect.NONE, opened, 2, "Guide « Redémarrer la box » : sans effet (2 fois)"),
        Tried("other-cable", Source.SELF, Effect.UNKNOWN, opened, 1, "Changer de câble"),
    )
    for kind, subject, data in (
        ("case", "opened", {"case": case}),
        ("check", "", {"state": "fault", "code": "WAN-DOWN", "text": bench.verdict}),
        ("effect", "dhcp.renew", {"outcome": "undone"}),
        ("guide", "box-restart", {"did": "ended", "run": "r1", "outcome": "not_solved"}),
    ):
        bench._note(case, kind, subject, dict(data))
    bench.contacts[case] = [
        Contact(
            opened, Channel.PHONE, 25, 75, "", "", "On me rappelle", "", (bench.now - timedelta(days=1)).isoformat()
        )
    ]
    bench._note(case, "contact", "phone", {"waited_min": 25, "answer": "On me rappelle"})
    return bench


def asked(bench: SupportBench) -> SupportBench:
    """The story goes on: a ticket that was answered with a question, and a date that passed."""
    storied(bench)
    case = bench.heads[0].id
    promised = (bench.now - timedelta(hours=1)).isoformat()
    receipt = Receipt("1", "4711", promised=promised, url="https://suivi.exemple.fr/4711")
    bench.parcels = [Parcel("p1", case, "Free", "ticket", Phase.DONE, "Internet", bench._at(), 1, receipt=receipt)]
    bench.replies["p1"] = [
        Reply("r1", (bench.now - timedelta(minutes=50)).isoformat(), "Bonjour, nous regardons votre ligne.", "Julie"),
        Reply("r2", bench._at(), "De quelle couleur est le voyant « fibre » de votre box ?", "Julie", asks=True),
    ]
    bench.reminded = (
        Reminder(
            case, promised, "La date promise est passée. Vous pouvez relancer le service clients.", "complaint", "p1"
        ),
    )
    bench._note(case, "ticket", "p1", {"did": "sent", "number": "4711"})
    old = CaseHead(IDS[3], (bench.now - timedelta(days=40)).isoformat(), (bench.now - timedelta(days=38)).isoformat(),
                   words="Le Wi-Fi coupait le soir.", state="ok", text="Tout fonctionne.")  # fmt: skip
    bench.heads.insert(0, old)
    bench.events[old.id] = []
    return bench
