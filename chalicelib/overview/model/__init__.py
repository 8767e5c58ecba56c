"""Responses about a person, all workloads, and an id; pure."""

from chalicelib.overview.model.lookup import (
    LookupCheck,
    LookupKind,
    LookupMatch,
    LookupQuery,
    LookupResult,
)
from chalicelib.overview.model.me import (
    Me,
    PermittedVerb,
)
from chalicelib.overview.model.overview import (
    ActivityPoint,
    AttentionCheck,
    AttentionItem,
    AttentionKind,
    AttentionLevel,
    Overview,
    OverviewQuery,
    OverviewRange,
    OverviewScope,
    RecentFailures,
    RecentItem,
    RecentItems,
    RecentWork,
    WorkloadActivities,
    WorkloadActivity,
)

__all__ = [
    "ActivityPoint",
    "AttentionCheck",
    "AttentionItem",
    "AttentionKind",
    "AttentionLevel",
    "LookupCheck",
    "LookupKind",
    "LookupMatch",
    "LookupQuery",
    "LookupResult",
    "Me",
    "Overview",
    "OverviewQuery",
    "OverviewRange",
    "OverviewScope",
    "PermittedVerb",
    "RecentFailures",
    "RecentItem",
    "RecentItems",
    "RecentWork",
    "WorkloadActivities",
    "WorkloadActivity",
]
