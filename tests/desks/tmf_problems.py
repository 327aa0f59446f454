"""A collective outage as TMF656 tells of it."""

from __future__ import annotations

from typing import Any


def problem(**more: Any) -> dict[str, Any]:
    party = {"@type": "PartyRef", "@referredType": "Organization", "id": "op", "name": "Opérateur"}
    told = {
        "@type": "ServiceProblem",
        "id": "sp-1",
        "href": "https://operateur.test/tmf-api/serviceProblemManagement/v5/serviceProblem/sp-1",
        "category": "serviceProvider.declared",
        "priority": 1,
        "name": "Fibre coupée",
        "description": "Coupure de fibre à Nantes",
        "reason": "unknown",
        "status": "inProgress",
        "creationDate": "2026-11-22T10:00:00Z",
        "affectedNumberOfServices": 1200,
        "originatorParty": {"@type": "RelatedPartyRefOrPartyRoleRef", "role": "operator", "partyOrPartyRole": party},
    }
    return told | more
